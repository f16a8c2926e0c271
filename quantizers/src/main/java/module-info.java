/// Rows of floats to blocks of a type and back; recipes.
module dev.quern.quantizers {
  requires transitive dev.quern.formats;
  requires jdk.incubator.vector;
  requires static transitive org.jspecify;

  exports dev.quern.quantizers;
  exports dev.quern.quantizers.recipe;
}
