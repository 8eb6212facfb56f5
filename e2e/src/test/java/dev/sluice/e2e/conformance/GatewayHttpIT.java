package dev.sluice.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.sluice.InstalledSluice;
import dev.sluice.e2e.sluice.SluiceExtension;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.SupportedFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Gateway API's own conformance tests, unmodified, on a real cluster with Sluice installed: the core of the profile
/// GATEWAY-HTTP, and of its extensions what Sluice says it supports.
class GatewayHttpIT {
    /// What needs parts of a cluster that the local one lacks. The first writes EndpointSlices with pods' addresses,
    /// which are of 127/8 here, and the API server takes no loopback address there. The others read in logs of
    /// pods, which take a kubelet, whether a request was mirrored; `FiltersIT` proves that instead.
    private static final List<String> BEYOND_THE_LOCAL_CLUSTER = List.of(
            "HTTPRouteServiceTypes",
            "HTTPRouteRequestMirror",
            "HTTPRouteRequestMultipleMirrors",
            "HTTPRouteRequestPercentageMirror");

    private static final int MINUTES = 20;

    @RegisterExtension
    static final SluiceExtension INSTALLED = new SluiceExtension();

    @Test
    @Timeout(value = MINUTES + 5, unit = TimeUnit.MINUTES)
    void passesTheCoreOfTheProfile(@TempDir Path folder) throws Exception {
        InstalledSluice sluice = INSTALLED.sluice();
        Path report = folder.resolve("report.yaml");
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Prerequisites.program(GoBinary.GATEWAY_CONFORMANCE).toString(),
                        "-test.run=^TestConformance$",
                        "-test.timeout=" + MINUTES + "m",
                        "-gateway-class=sluice",
                        "-conformance-profiles=GATEWAY-HTTP",
                        "-supported-features=" + String.join(",", supportedFeatures(sluice)),
                        "-skip-tests=" + String.join(",", BEYOND_THE_LOCAL_CLUSTER),
                        "-report-output=" + report,
                        "-organization=sluice",
                        "-project=sluice",
                        "-url=https://sluice.dev",
                        "-version=v0",
                        "-contact=sluice"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .directory(folder.toFile());
        builder.environment().put("KUBECONFIG", sluice.cluster().kubeconfig().toString());
        Process suite = builder.start();
        try {
            assertThat(suite.waitFor(MINUTES + 1, TimeUnit.MINUTES)).isTrue();
        } finally {
            suite.destroyForcibly();
        }
        assertThat(report).as(tail(log)).exists();
        JsonNode profile =
                new YAMLMapper().readTree(report.toFile()).get("profiles").get(0);
        System.out.println("GATEWAY-HTTP core: " + profile.get("core").get("statistics"));
        System.out.println("GATEWAY-HTTP extended: " + profile.path("extended").path("statistics"));
        assertThat(profile.get("core").get("statistics").get("Failed").asInt())
                .as(tail(log) + profile)
                .isZero();
        assertThat(profile.path("extended").path("statistics").path("Failed").asInt())
                .as(tail(log) + profile)
                .isZero();
        assertThat(profile.get("core").get("statistics").get("Passed").asInt()).isPositive();
    }

    /// What the GatewayClass says.
    private static List<String> supportedFeatures(InstalledSluice sluice) {
        return sluice
                .client()
                .resources(GatewayClass.class)
                .withName("sluice")
                .waitUntilCondition(GatewayHttpIT::saysItsFeatures, 60, TimeUnit.SECONDS)
                .getStatus()
                .getSupportedFeatures()
                .stream()
                .map(SupportedFeature::getName)
                .toList();
    }

    private static boolean saysItsFeatures(GatewayClass found) {
        return found.getStatus() != null
                && found.getStatus().getSupportedFeatures() != null
                && !found.getStatus().getSupportedFeatures().isEmpty();
    }

    private static String tail(Path log) throws Exception {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 200), lines.size()));
    }
}
