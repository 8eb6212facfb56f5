package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.cluster.node.ContainerContext;
import dev.sluice.cluster.node.Image;
import dev.sluice.cluster.node.Images;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the other tests rely on: workloads become processes, Services reach them, and permissions are real.
class LocalClusterIT {
    @RegisterExtension
    static final ClusterNamespace NAMESPACE = new ClusterNamespace();

    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /// A controller manager that lost its API server tries again after 0.8 s, then after twice as long each time up to
    /// 30 s, each with up to as much again by chance.
    private static final Duration WATCH_BACKOFF = Duration.ofSeconds(60);

    @BeforeAll
    static void prepare() {
        Images images = NAMESPACE.cluster().images();
        images.register("test/shell", Image.SHELL);
        images.register("test/responder", (Image.InJvm) LocalClusterIT::responder);
    }

    @Test
    void aDeploymentBecomesAvailableAndItsServiceReachesEveryReplica() throws Exception {
        apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: echo}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: echo}}
                  template:
                    metadata: {labels: {app: echo}}
                    spec:
                      containers:
                      - name: echo
                        image: registry.example/gateway-api/echo-basic:v1
                        ports: [{name: web, containerPort: 3000}]
                        readinessProbe: {httpGet: {port: web, path: /}}
                        env:
                        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                        - {name: NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: echo}
                spec:
                  type: LoadBalancer
                  selector: {app: echo}
                  ports: [{port: 8080, targetPort: web}]
                """);
        awaitAvailable("echo", 3);

        String cluster = service("echo").getSpec().getClusterIP();
        assertThat(cluster).startsWith("127.");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(answering(cluster)).isEqualTo(podNames("echo")));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                service("echo").getStatus().getLoadBalancer().getIngress())
                        .hasSize(1));
        String balancer = service("echo")
                .getStatus()
                .getLoadBalancer()
                .getIngress()
                .getFirst()
                .getIp();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(answering(balancer)).isEqualTo(podNames("echo")));

        Pod victim = pods("echo").getFirst();
        client().resource(victim).delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(podNames("echo"))
                        .hasSize(3)
                        .doesNotContain(victim.getMetadata().getName()));
        awaitAvailable("echo", 3);
        assertThat(answering(cluster)).isEqualTo(podNames("echo"));
        // Each has the port for itself, as in a container.
        assertThat(get(cluster)).contains("\"httpPort\": \"3000\"");
    }

    @Test
    void aPodMayDoWhatItsServiceAccountMay() throws Exception {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: modest}
                spec:
                  containers:
                  - name: main
                    image: test/shell
                    args: ["cat $KUBECONFIG; echo end; while true; do sleep 0.1; done"]
                """);
        await().atMost(PATIENCE).until(() -> logs("modest").contains("\nend"));
        String kubeconfig = logs("modest").replaceAll("(?s)^--- [^\n]*\n|\nend.*", "");
        try (KubernetesClient modest = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build()) {
            assertThatThrownBy(
                            () -> modest.secrets().inNamespace(NAMESPACE.name()).list())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("system:serviceaccount:%s:default".formatted(NAMESPACE.name()))
                    .extracting(failed -> ((KubernetesClientException) failed).getCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void textOfManifestsBecomesTrueForProcesses() {
        apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {settings.txt: "listen 0.0.0.0:80, admin 127.0.0.1:90, upstream target.NAMESPACE.svc:70"}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: password}
                stringData: {word: sesame}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: target}
                spec: {selector: {app: nothing}, ports: [{port: 70}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: translated}
                spec:
                  volumes: [{name: settings, configMap: {name: settings}}]
                  containers:
                  - name: main
                    image: test/shell
                    args: ["cat $(FILE); echo; echo $WORD $ADDRESS; sleep 1000"]
                    env:
                    - {name: FILE, value: /etc/settings/settings.txt}
                    - {name: WORD, valueFrom: {secretKeyRef: {name: password, key: word}}}
                    - {name: ADDRESS, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                    volumeMounts: [{name: settings, mountPath: /etc/settings}]
                """.replace("NAMESPACE", NAMESPACE.name()));
        await().atMost(PATIENCE).until(() -> logs("translated").contains("sesame"));
        String address = pod("translated").getStatus().getPodIP();
        assertThat(logs("translated"))
                .contains("listen %s:80, admin %s:90, upstream %s:70"
                        .formatted(address, address, service("target").getSpec().getClusterIP()))
                .contains("sesame " + address);
    }

    @Test
    void envoyReachesASimulatedModelServer() throws Exception {
        apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: envoy}
                data:
                  bootstrap.yaml: |
                    admin: {address: {socket_address: {address: 127.0.0.1, port_value: 19000}}}
                    static_resources:
                      listeners:
                      - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
                        filter_chains:
                        - filters:
                          - name: tcp
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                              stat_prefix: tcp
                              cluster: servers
                      clusters:
                      - name: servers
                        load_assignment:
                          cluster_name: servers
                          endpoints:
                          - lb_endpoints:
                            - endpoint:
                                address:
                                  socket_address: {address: servers.NAMESPACE.svc.cluster.local, port_value: 80}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: envoy, labels: {app: envoy}}
                spec:
                  volumes: [{name: config, configMap: {name: envoy}}]
                  containers:
                  - name: envoy
                    image: envoyproxy/envoy:v1.40.0
                    command: [envoy]
                    args: ["--config-path", "/etc/envoy/bootstrap.yaml"]
                    readinessProbe: {httpGet: {port: 19000, path: /ready}}
                    volumeMounts: [{name: config, mountPath: /etc/envoy}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: envoy}
                spec: {selector: {app: envoy}, ports: [{port: 8080}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: server, labels: {app: server}}
                spec:
                  containers:
                  - name: vllm
                    image: sluice/simulator:0.1.0
                    args: [--model, llama]
                    ports: [{name: http, containerPort: 8000}]
                    readinessProbe: {httpGet: {port: http, path: /health}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: servers}
                spec: {selector: {app: server}, ports: [{port: 80, targetPort: http}]}
                """.replace("NAMESPACE", NAMESPACE.name()));
        NAMESPACE.awaitReady("envoy", PATIENCE);
        NAMESPACE.awaitReady("server", PATIENCE);
        URI models = URI.create(
                "http://%s:8080/v1/models".formatted(service("envoy").getSpec().getClusterIP()));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(models).timeout(PATIENCE).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("\"llama\"");
        }
    }

    @Test
    void podsGoOnWithoutAnApiServerAndItCatchesUp() throws Exception {
        deployResponders("survivor", 2);
        Set<String> before = podNames("survivor");
        String address = service("survivor").getSpec().getClusterIP();

        NAMESPACE.cluster().apiServer().stop();
        try {
            assertThatThrownBy(() -> new Socket(NAMESPACE.cluster().network().controlPlane(), 6443).close())
                    .isInstanceOf(ConnectException.class);
            assertThat(answering(address)).isEqualTo(before);
        } finally {
            NAMESPACE.cluster().apiServer().start();
        }
        assertThat(podNames("survivor")).isEqualTo(before);
        client().apps()
                .deployments()
                .inNamespace(NAMESPACE.name())
                .withName("survivor")
                .scale(4);
        NAMESPACE.awaitAvailable("survivor", 4, WATCH_BACKOFF.plus(PATIENCE));
    }

    @Test
    void aHundredPodsRollWithinAMinute() throws Exception {
        deployResponders("many", 100);
        Set<String> before = podNames("many");
        client().apps()
                .deployments()
                .inNamespace(NAMESPACE.name())
                .withName("many")
                .rolling()
                .restart();
        await().atMost(PATIENCE).untilAsserted(() -> {
            awaitAvailable("many", 100);
            assertThat(podNames("many")).hasSize(100).doesNotContainAnyElementsOf(before);
        });
    }

    private static void deployResponders(String name, int replicas) {
        apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME}
                spec:
                  replicas: REPLICAS
                  selector: {matchLabels: {app: NAME}}
                  strategy: {rollingUpdate: {maxSurge: 50%, maxUnavailable: 50%}}
                  template:
                    metadata: {labels: {app: NAME}}
                    spec: {containers: [{name: main, image: test/responder}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: NAME}
                spec: {selector: {app: NAME}, ports: [{port: 8080}]}
                """.replace("NAME", name).replace("REPLICAS", Integer.toString(replicas)));
        awaitAvailable(name, replicas);
    }

    /// Says the pod's name.
    private static AutoCloseable responder(ContainerContext context) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(context.address()), 8080), 0);
        byte[] answer = "{\"pod\": \"%s\"}".formatted(context.name().pod()).getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return () -> server.stop(0);
    }

    /// Which pods answer there, in as many requests as find each of a few.
    private static Set<String> answering(String address) throws Exception {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            names.add(get(address).replaceAll("(?s).*\"pod\": \"([^\"]*)\".*", "$1"));
        }
        return names;
    }

    /// On a connection of its own.
    private static String get(String address) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://%s:8080/".formatted(address)))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient once = HttpClient.newHttpClient()) {
            return once.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static void apply(String yaml) {
        NAMESPACE.apply(yaml);
    }

    private static void awaitAvailable(String deployment, int replicas) {
        NAMESPACE.awaitAvailable(deployment, replicas, PATIENCE);
    }

    private static List<Pod> pods(String app) {
        return client().pods().inNamespace(NAMESPACE.name()).withLabel("app", app).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static Set<String> podNames(String app) {
        return pods(app).stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
    }

    private static Pod pod(String name) {
        return Objects.requireNonNull(NAMESPACE.pod(name));
    }

    private static Service service(String name) {
        return NAMESPACE.service(name);
    }

    private static String logs(String pod) {
        return NAMESPACE.logs(pod);
    }

    private static KubernetesClient client() {
        return NAMESPACE.client();
    }
}
