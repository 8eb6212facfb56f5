package dev.sluice.cluster.app;

import dev.sluice.cluster.LocalCluster;
import dev.sluice.cluster.binary.GatewayApi;
import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.cluster.node.Images;
import dev.sluice.cluster.podman.Podman;
import dev.sluice.standalone.envoy.Checkout;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs a cluster in the foreground.
@Command(
        name = "local-cluster",
        mixinStandardHelpOptions = true,
        description = {
            "Run a Kubernetes cluster on this machine until Ctrl-C: etcd, API server and controller manager are real, and"
                    + " pods are processes on loopback addresses of their own.",
            "It runs the images sluice/operator, sluice/endpoint-picker, sluice/simulator, envoyproxy/envoy and"
                    + " echo-basic, from this checkout."
        })
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Keep the cluster's data and logs there, for the next time; else they go with it.")
    private @Nullable Path state;

    @Option(
            names = "--network",
            paramLabel = "CIDR",
            defaultValue = "",
            description = "Network for its addresses, such as 127.70.0.0/16, else a loopback network that is free. One"
                    + " outside of 127.0.0.0/8 has EndpointSlices; first: ip route add local CIDR dev lo")
    private String network;

    @Option(
            names = "--containers",
            description =
                    "Run Sluice's own images as containers by podman with runc, as root: those that bin/images has"
                            + " written to target/images. Others stay processes.")
    private boolean containers;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (!containers) {
            return run(Images.standard());
        }
        String missing = Podman.missing();
        if (!missing.isEmpty()) {
            spec.commandLine().getErr().println("local-cluster: " + missing);
            return 1;
        }
        Path archives = Checkout.root().resolve("target/images");
        if (Files.notExists(archives)) {
            spec.commandLine()
                    .getErr()
                    .println("local-cluster: there are no images; `bin/images` writes them to " + archives);
            return 1;
        }
        try (Podman podman = Podman.start()) {
            return run(Images.archived(podman, archives));
        }
    }

    private int run(Images images) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (LocalCluster cluster =
                state == null ? LocalCluster.start(network, images) : LocalCluster.start(state, network, images)) {
            cluster.installGatewayApi();
            out.print("""
                    A cluster is up on %s, with the Gateway API %s. In another terminal:

                      export KUBECONFIG=%s
                      kubectl get pods --all-namespaces --watch

                    Sluice into it, and something to ask:

                      %s install sluice-crds deploy/helm/sluice-crds
                      %s install sluice deploy/helm/sluice --namespace sluice-system --create-namespace
                      kubectl apply -f config/samples/quickstart/

                    What a container writes goes to %s/NAMESPACE/POD/CONTAINER.log.
                    Ctrl-C ends the cluster and everything in it.
                    """.formatted(
                            cluster.network().cidr(),
                            GatewayApi.version(),
                            cluster.kubeconfig(),
                            helm(),
                            helm(),
                            cluster.podFolder()));
            out.flush();
            new CountDownLatch(1).await();
        }
        return 0;
    }

    /// The one on the `PATH`, else the one that tests use.
    private static String helm() throws IOException, InterruptedException {
        boolean installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "helm")));
        return installed ? "helm" : GoBinary.HELM.locate().toString();
    }
}
