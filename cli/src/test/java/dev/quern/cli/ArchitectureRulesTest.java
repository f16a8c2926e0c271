package dev.quern.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/// The edges between modules, and what is kept to some of them.
final class ArchitectureRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.quern");

  @Test
  void modulesUseOnlyWhatTheDesignAllows() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("formats")
        .definedBy("dev.quern.formats..")
        .layer("quantizers")
        .definedBy("dev.quern.quantizers..")
        .layer("converter")
        .definedBy("dev.quern.converter..")
        .layer("engine")
        .definedBy("dev.quern.engine..")
        .layer("verifier")
        .definedBy("dev.quern.verifier..")
        .layer("cli")
        .definedBy("dev.quern.cli..")
        .whereLayer("formats")
        .mayNotAccessAnyLayer()
        .whereLayer("quantizers")
        .mayOnlyAccessLayers("formats")
        .whereLayer("converter")
        .mayOnlyAccessLayers("formats", "quantizers")
        .whereLayer("engine")
        .mayOnlyAccessLayers("formats", "quantizers")
        .whereLayer("verifier")
        .mayOnlyAccessLayers("formats", "quantizers", "engine")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void onlyKernelsUseTheVectorApi() {
    rule(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.quern.quantizers..", "dev.quern.engine.kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector.."));
  }

  @Test
  void onlyTheCommandLinePrintsOrExits() {
    rule(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.quern.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Throwable.class, "printStackTrace"));
  }

  @Test
  void namesSayWhatAClassIs() {
    rule(
        noClasses()
            .that(JavaClass.Predicates.resideInAPackage("dev.quern.."))
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)"));
  }

  private static void rule(ArchRule rule) {
    rule.check(CLASSES);
  }
}
