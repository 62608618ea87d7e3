package dev.palimpsest;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.palimpsest.data.Tokenizer;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ArchitectureTests {
    private static final String[] PURE = {
        "dev.palimpsest.spec..",
        "dev.palimpsest.jinja..",
        "dev.palimpsest.data..",
        "dev.palimpsest.torch..",
        "dev.palimpsest.model..",
        "dev.palimpsest.decomposition..",
        "dev.palimpsest.gguf..",
        "dev.palimpsest.evaluation..",
        "dev.palimpsest.launch..",
        "dev.palimpsest.sandbox..",
        "dev.palimpsest.training..",
        "dev.palimpsest.trainer.."
    };
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.palimpsest");

    @Test
    void modulesUseOnlyWhatTheyDeclare() {
        ApplicationModules.of(Palimpsest.class).verify();
    }

    @Test
    void whatATrainerRunsKnowsNothingOfTheService() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .and()
                .doNotHaveSimpleName("package-info") // an arrow is an annotation of Spring Modulith
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta..", "java.sql..")
                .check(CLASSES);
    }

    @Test
    void onlyTorchTouchesLibtorch() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.palimpsest.torch..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("ai.djl..")
                                .and(not(resideInAPackage("ai.djl.huggingface.tokenizers.."))))
                .check(CLASSES);
    }

    @Test
    void onlyTheTokenizerTouchesTheTokenizersLibrary() {
        noClasses()
                .that()
                .areNotAssignableTo(Tokenizer.class)
                .should()
                .dependOnClassesThat(resideInAnyPackage("ai.djl.huggingface.."))
                .check(CLASSES);
    }

    @Test
    void onlyTheInterpreterTouchesGraalPy() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.palimpsest.sandbox.Interpreter")
                .and()
                .doNotHaveFullyQualifiedName("dev.palimpsest.sandbox.Interpreter$Ready")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.graalvm.."))
                .check(CLASSES);
    }
}
