/// Plan, then execute: source tensors to GGUF files in one pass.
module dev.quern.converter {
  requires transitive dev.quern.formats;
  requires transitive dev.quern.quantizers;
  requires static transitive org.jspecify;

  exports dev.quern.converter;
  exports dev.quern.converter.overlay;
}
