/// A model and tokens in, logits out.
module dev.quern.engine {
  requires transitive dev.quern.formats;
  requires dev.quern.quantizers;
  requires jdk.incubator.vector;
  requires static transitive org.jspecify;

  exports dev.quern.engine;
}
