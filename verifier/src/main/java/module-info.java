/// Metrics of a model against a text and against its source, gates, and reports.
module dev.quern.verifier {
  requires transitive dev.quern.engine;
  requires transitive dev.quern.formats;
  requires dev.quern.quantizers;
  requires com.fasterxml.jackson.databind;
  requires java.desktop;
  requires jinjava;
  requires java.management;
  requires org.apache.arrow.compression;
  requires org.apache.arrow.memory.core;
  requires org.apache.arrow.vector;
  requires org.apache.commons.statistics.distribution;
  requires org.apache.commons.statistics.inference;
  requires static transitive org.jspecify;

  exports dev.quern.verifier;
  exports dev.quern.verifier.arrow;
  exports dev.quern.verifier.baseline;
  exports dev.quern.verifier.blame;
  exports dev.quern.verifier.chat;
  exports dev.quern.verifier.report;
  exports dev.quern.verifier.sanity;
  exports dev.quern.verifier.task;
}
