/// Bytes to records and back: safetensors, GGUF, tokenizer files, and what an architecture's files
/// are called.
module dev.quern.formats {
  requires java.net.http;
  requires com.fasterxml.jackson.databind;
  requires msgpack.core;
  requires org.yaml.snakeyaml;
  requires static transitive org.jspecify;

  exports dev.quern.formats;
  exports dev.quern.formats.adapter;
  exports dev.quern.formats.architecture;
  exports dev.quern.formats.flax;
  exports dev.quern.formats.ggml;
  exports dev.quern.formats.container;
  exports dev.quern.formats.gguf;
  exports dev.quern.formats.hub;
  exports dev.quern.formats.huggingface;
  exports dev.quern.formats.imatrix;
  exports dev.quern.formats.journal;
  exports dev.quern.formats.llama2c;
  exports dev.quern.formats.meta;
  exports dev.quern.formats.mistral;
  exports dev.quern.formats.modelcard;
  exports dev.quern.formats.pytorch;
  exports dev.quern.formats.quantized;
  exports dev.quern.formats.safetensors;
  exports dev.quern.formats.tokenizer;
  exports dev.quern.formats.tokenizer.source;
}
