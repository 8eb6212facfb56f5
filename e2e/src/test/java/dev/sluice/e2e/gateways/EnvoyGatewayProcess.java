package dev.sluice.e2e.gateways;

import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.binary.EnvoyGatewayApi;
import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.cluster.process.ChildProcess;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.sluice.InstalledSluice;
import dev.sluice.standalone.envoy.Checkout;
import dev.sluice.standalone.envoy.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Envoy Gateway, with ports of its own, at the API server of a local cluster; it runs the Envoy of a Gateway as a
/// process of its own.
final class EnvoyGatewayProcess implements AutoCloseable {

    static final String NAMESPACE = "envoy-gateway-system";

    private final ChildProcess process;
    private final Path log;

    private EnvoyGatewayProcess(ChildProcess process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// The kinds of Envoy Gateway, a class, and an EnvoyProxy that says which Envoy runs.
    static void install(InstalledSluice sluice) throws IOException, InterruptedException {
        sluice.cluster().createNamespace(NAMESPACE);
        for (String definition : EnvoyGatewayApi.definitions()) {
            sluice.apply(NAMESPACE, definition);
        }
        // A kind is served a moment after its definition is there.
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            applyClass(sluice);
            return true;
        });
    }

    private static void applyClass(InstalledSluice sluice) {
        sluice.apply(NAMESPACE, """
                apiVersion: gateway.envoyproxy.io/v1alpha1
                kind: EnvoyProxy
                metadata: {name: wheel}
                spec:
                  provider: {type: Host, host: {envoyVersion: 1.40.0}}
                  concurrency: 1
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: eg}
                spec:
                  controllerName: gateway.envoyproxy.io/gatewayclass-controller
                  parametersRef:
                    {group: gateway.envoyproxy.io, kind: EnvoyProxy, name: wheel, namespace: envoy-gateway-system}
                """);
    }

    /// @param extension the YAML of `extensionManager.service`
    static EnvoyGatewayProcess start(InstalledSluice sluice, Path folder, String extension)
            throws IOException, InterruptedException {
        Path program = Prerequisites.program(GoBinary.ENVOY_GATEWAY);
        Path home = folder.resolve("config");
        Path log = folder.resolve("envoy-gateway.log");
        Path envoy = folder.resolve("data/envoy-versions/1.40.0/bin/envoy");
        Files.createDirectories(envoy.getParent());
        Files.createSymbolicLink(envoy, EnvoyBinary.locate());
        Map<String, String> environment = Map.of(
                "KUBECONFIG", sluice.cluster().kubeconfig().toString(),
                "HOME", folder.toString(),
                "PATH", System.getenv("PATH"),
                "ENVOY_GATEWAY_NAMESPACE", NAMESPACE);
        // Those of its Envoy are files, its other secrets are in the cluster.
        run(List.of(program.toString(), "certgen", "--disable-topology-injector"), environment, folder);
        run(List.of(program.toString(), "certgen", "--local", "--config-home", home.toString()), environment, folder);
        Files.createSymbolicLink(folder.resolve("certs"), home.resolve("certs/envoy-gateway"));
        Files.writeString(folder.resolve("config.yaml"), """
                apiVersion: gateway.envoyproxy.io/v1alpha1
                kind: EnvoyGateway
                gateway: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
                logging: {level: {default: info}}
                provider:
                  type: Custom
                  custom:
                    resource: {type: Kubernetes, kubernetes: {leaderElection: {disable: true}}}
                    infrastructure:
                      type: Host
                      host: {configHome: FOLDER/config, dataHome: FOLDER/data, stateHome: FOLDER/state, runtimeDir: FOLDER/run}
                extensionManager:
                  maxMessageSize: 64Mi
                  backendResources: [{group: inference.networking.k8s.io, version: v1, kind: InferencePool}]
                  hooks:
                    xdsTranslator:
                      post: [Route, Translation]
                      translation:
                        listener: {includeAll: true}
                        route: {includeAll: true}
                        cluster: {includeAll: true}
                        secret: {includeAll: true}
                  service: SERVICE
                """.replace("FOLDER", folder.toString())
                .replace("SERVICE", extension));
        ChildProcess process = ChildProcess.start(
                List.of(program.toString(), "server", "--config-path", folder + "/config.yaml"),
                environment,
                folder,
                log);
        return new EnvoyGatewayProcess(process, log);
    }

    private static void run(List<String> command, Map<String, String> environment, Path folder)
            throws IOException, InterruptedException {
        Path output = folder.resolve("certgen.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(Files.readString(output));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /// Keeps what it and its Envoy wrote beside the reports of the tests.
    void keepLog() throws IOException {
        Files.copy(log, Checkout.root().resolve("e2e/target/envoy-gateway.log"), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(10));
    }
}
