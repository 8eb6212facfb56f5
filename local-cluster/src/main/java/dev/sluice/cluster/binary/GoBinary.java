package dev.sluice.cluster.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Programs that are written in Go: those of `$KUBEBUILDER_ASSETS`, else built once from a pinned [GoModule] into the
/// cache folder of this machine's user.
public enum GoBinary {
    ETCD("etcd", GoModule.ETCD, "go.etcd.io/etcd/server/v3", Recipe.PROGRAM),
    KUBE_APISERVER("kube-apiserver", GoModule.KUBERNETES, "k8s.io/kubernetes/cmd/kube-apiserver", Recipe.STAMPED),
    KUBE_CONTROLLER_MANAGER(
            "kube-controller-manager",
            GoModule.KUBERNETES,
            "k8s.io/kubernetes/cmd/kube-controller-manager",
            Recipe.STAMPED),
    HELM("helm", GoModule.HELM, "helm.sh/helm/v3/cmd/helm", Recipe.PROGRAM),
    /// The server that Gateway API's conformance tests send their requests to. It listens on every address, so that one
    /// machine has room for one of them; this one listens on `$LISTEN_ADDRESS`.
    ECHO_BASIC(
            "echo-basic",
            GoModule.ECHO,
            "sigs.k8s.io/gateway-api/conformance/echo-basic",
            Recipe.PROGRAM,
            new SourceEdit(
                    "sigs.k8s.io/gateway-api/conformance",
                    List.of("echo-basic/echo-basic.go", "echo-basic/grpc/grpc.go", "echo-basic/tcpserver/tcpserver.go"),
                    Map.of(
                            "Sprintf(\":%s\"",
                            "Sprintf(os.Getenv(\"LISTEN_ADDRESS\")+\":%s\"",
                            "Sprintf(\"0.0.0.0:%d\"",
                            "Sprintf(os.Getenv(\"LISTEN_ADDRESS\")+\":%d\""))),
    /// Gateway API's conformance tests themselves.
    GATEWAY_CONFORMANCE("gateway-conformance", GoModule.ECHO, "sigs.k8s.io/gateway-api/conformance", Recipe.TESTS),
    /// A judge of manifests by their kinds' schemas.
    KUBECONFORM("kubeconform", GoModule.KUBECONFORM, "github.com/yannh/kubeconform/cmd/kubeconform", Recipe.PROGRAM),
    /// A judge of manifests by what is good practice.
    KUBE_SCORE("kube-score", GoModule.KUBE_SCORE, "github.com/zegl/kube-score/cmd/kube-score", Recipe.PROGRAM),
    /// A registry of images and charts.
    REGISTRY("registry", GoModule.REGISTRY, "github.com/distribution/distribution/v3/cmd/registry", Recipe.PROGRAM),
    /// The signer of what is at a registry.
    COSIGN("cosign", GoModule.COSIGN, "github.com/sigstore/cosign/v3/cmd/cosign", Recipe.PROGRAM),
    /// The judge of bills of materials by known vulnerabilities.
    OSV_SCANNER(
            "osv-scanner", GoModule.OSV_SCANNER, "github.com/google/osv-scanner/v2/cmd/osv-scanner", Recipe.PROGRAM),
    /// Envoy Gateway. It takes its certificates from a folder at the root of its container; this one from its working
    /// folder. Its ports, on every address, are Sluice's too; this one has another for xDS, and none for metrics.
    ENVOY_GATEWAY(
            "envoy-gateway",
            GoModule.ENVOY_GATEWAY,
            "github.com/envoyproxy/gateway/cmd/envoy-gateway",
            Recipe.PROGRAM,
            new SourceEdit(
                    "github.com/envoyproxy/gateway",
                    List.of(
                            "internal/xds/runner/runner.go",
                            "internal/gatewayapi/runner/runner.go",
                            "internal/provider/kubernetes/kubernetes.go",
                            "internal/xds/bootstrap/bootstrap.go"),
                    Map.of(
                            "\"/certs",
                            "\"certs",
                            "DefaultXdsServerPort = 18000",
                            "DefaultXdsServerPort = 18009",
                            "HealthProbeBindAddress:  healthProbeBindAddress,",
                            "HealthProbeBindAddress: healthProbeBindAddress, Metrics: metricsserver.Options{BindAddress: \"0\"},")));

    /// The programs that tests of a cluster need.
    public static final Set<GoBinary> OF_CLUSTERS =
            Collections.unmodifiableSet(EnumSet.range(ETCD, GATEWAY_CONFORMANCE));

    /// The recipe by which a program is made.
    private enum Recipe {
        PROGRAM,
        /// With its version written into it; without, the API server says that it is of none, and clients such as helm
        /// refuse it.
        STAMPED,
        /// Of a package's tests.
        TESTS;

        List<String> arguments(String version) {
            return switch (this) {
                case PROGRAM -> List.of("build", "-ldflags", "-s -w");
                case STAMPED ->
                    List.of(
                            "build",
                            "-ldflags",
                            "-s -w -X k8s.io/component-base/version.gitVersion=%s".formatted(version));
                case TESTS -> List.of("test", "-c");
            };
        }
    }

    private final String program;
    private final GoModule module;
    private final String source;
    private final Recipe recipe;
    private final SourceEdit edit;

    GoBinary(String program, GoModule module, String source, Recipe recipe) {
        this(program, module, source, recipe, SourceEdit.NONE);
    }

    GoBinary(String program, GoModule module, String source, Recipe recipe, SourceEdit edit) {
        this.edit = edit;
        this.program = program;
        this.module = module;
        this.source = source;
        this.recipe = recipe;
    }

    /// The pinned version, such as `v1.34.4`.
    public String version() {
        return module.version();
    }

    /// The executable file. The first call on a machine builds it, which takes minutes.
    ///
    /// @throws MissingProgramException when it is neither there nor can be built; the message says what was tried
    public Path locate() throws IOException, InterruptedException {
        String assets = System.getenv().getOrDefault("KUBEBUILDER_ASSETS", "");
        if (!assets.isBlank() && edit.isNone()) {
            Path binary = Path.of(assets, program);
            if (Files.isExecutable(binary)) {
                return binary;
            }
        }
        return module.build(program, source, recipe.arguments(module.version()), edit);
    }
}
