/// The quern command.
module dev.quern.cli {
  requires com.fasterxml.jackson.databind;
  requires dev.quern.converter;
  requires dev.quern.engine;
  requires dev.quern.formats;
  requires dev.quern.quantizers;
  requires dev.quern.verifier;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires static transitive org.jspecify;

  opens dev.quern.cli to
      info.picocli,
      com.fasterxml.jackson.databind;
}
