package io.lembos.integration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.lembos.integration.cluster.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may know whom (DESIGN: "Modules, and who may know whom"). Reads what the other modules have compiled. */
class ModuleRulesTest {
    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        List<Path> folders = Stream.of(
                        "api",
                        "apiserver",
                        "controllers",
                        "scheduler",
                        "kubelet",
                        "runtime-cri",
                        "dashboard-api",
                        "cluster-bootstrap")
                .map(module -> Checkout.root().resolve(module).resolve("target/classes"))
                .toList();
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPaths(folders);
    }

    @Test
    void componentsSeeTheClusterThroughTheClientOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.lembos.controllers..",
                        "io.lembos.scheduler..",
                        "io.lembos.kubelet..",
                        "io.lembos.dashboard..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.lembos.apiserver..", "io.lembos.bootstrap..")
                .because("the same component must run beside the API server and far from it")
                .check(classes);
    }

    @Test
    void componentsDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.lembos.controllers..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.lembos.scheduler..", "io.lembos.kubelet..")
                .because("they work together through objects only")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("io.lembos.scheduler..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.lembos.controllers..", "io.lembos.kubelet..")
                .because("they work together through objects only")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("io.lembos.kubelet..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.lembos.controllers..", "io.lembos.scheduler..")
                .because("they work together through objects only")
                .check(classes);
    }

    @Test
    void theSharedModuleKnowsNobody() {
        noClasses()
                .that()
                .resideInAPackage("io.lembos.api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.lembos.apiserver..",
                        "io.lembos.controllers..",
                        "io.lembos.scheduler..",
                        "io.lembos.kubelet..",
                        "io.lembos.runtime..",
                        "io.lembos.bootstrap..",
                        "io.lembos.dashboard..")
                .because("everything else stands on it")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("io.lembos.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.lembos.api..", "io.lembos.apiserver..", "io.lembos.kubelet..", "io.lembos.bootstrap..")
                .because("a container runtime knows no Kubernetes")
                .check(classes);
    }

    @Test
    void theEngineKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.lembos.api..",
                        "io.lembos.apiserver..",
                        "io.lembos.controllers..",
                        "io.lembos.scheduler..",
                        "io.lembos.kubelet..",
                        "io.lembos.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.enterprise..", "jakarta.inject..", "org.eclipse.microprofile..")
                .because("a unit test is 'new', and fifty clusters run in one JVM")
                .check(classes);
    }

    @Test
    void onlyTheStoreKnowsItsEngines() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.lembos.apiserver.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.sqlite..", "io.etcd..")
                .because("what keeps the objects can be exchanged")
                .check(classes);
    }
}
