package dev.sluice.e2e.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.ScriptedPicker;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The filters of HTTPRoutes, before a plain Service and before a pool.
class FiltersIT {
    private static Loopback pods;
    private static RecordingPod pod;
    private static ScriptedPicker picker;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        pods = Loopback.of(1);
        pod = RecordingPod.start(pods.socket(0));
        picker = ScriptedPicker.start();
        gateway = Gateway.start(
                Manifests.all(
                        Manifests.gateway(),
                        ROUTES,
                        service(),
                        Manifests.pool("pool", "FailClose", pods.port()),
                        Manifests.endpoints("pool", pods.hosts())),
                Gateway.Options.USUAL,
                picker);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        picker.close();
        pod.close();
    }

    @BeforeEach
    void forget() {
        pod.reset();
        picker.play(ScriptedPicker.sendTo(null));
    }

    @ParameterizedTest
    @CsvSource({"/service", "/pool"})
    void headersAreSetAddedAndRemoved(String path) {
        pod.answer((exchange, request) -> {
            exchange.getResponseHeaders().set("x-inner", "secret");
            RecordingPod.status(200, "ok").to(exchange, request);
        });

        HttpResponse<String> response =
                gateway.http().get(path + "/headers", "x-set", "old", "x-add", "one", "x-remove", "secret");

        assertThat(response.statusCode()).isEqualTo(200);
        RecordingPod.Received request = pod.only();
        assertThat(request.headers().get("x-set")).isEqualTo(List.of("100% new"));
        assertThat(String.join(",", request.headers().get("x-add"))).isEqualTo("one,two");
        assertThat(request.headers()).doesNotContainKeys("x-remove", "x-sluice-pool");
        assertThat(request.headers().getOrDefault("x-gateway-destination-endpoint", List.of()))
                .doesNotContain("10.9.9.9:1");
        assertThat(response.headers().firstValue("x-by")).hasValue("sluice");
        assertThat(response.headers().map()).doesNotContainKey("x-inner");
        assertThat(gateway.refused()).isEmpty();
    }

    @Test
    void aBackendChangesTheHeadersOfItsOwnShare() {
        HttpResponse<String> response = gateway.http().get("/share");

        assertThat(pod.only().header("x-share")).isEqualTo("backend");
        assertThat(response.headers().firstValue("x-share")).hasValue("backend");
    }

    @ParameterizedTest
    @CsvSource({
        "/strip/a/b?c=d, /a/b?c=d",
        "/strip/a, /a",
        "/strip/, /",
        "/strip, /",
        "/prefix/a?b=c, /other/a?b=c",
        "/prefix/, /other/",
        "/prefix, /other",
        "/full/a/b?c=d, /one?c=d",
    })
    void aPathIsRewritten(String asked, String arrived) {
        assertThat(gateway.http().get(asked).statusCode()).isEqualTo(200);

        assertThat(pod.only().path()).isEqualTo(arrived);
    }

    @Test
    void aHostNameIsRewritten() {
        gateway.http().get("/strip");

        assertThat(pod.only().header("host")).isEqualTo("rewritten.example");
    }

    @Test
    void aPathThatOnlyBeginsLikeThePrefixIsNotOfIt() {
        assertThat(gateway.http().get("/stripped").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/to-host/a?b=c, 302, http://elsewhere.example:8080/to-host/a?b=c",
        "/to-https/a, 301, https://secure.example/to-https/a",
        "/to-port/a, 302, http://elsewhere.example:9000/to-port/a",
        "/to-prefix/a/b, 302, http://elsewhere.example:8080/there/a/b",
        "/to-prefix, 302, http://elsewhere.example:8080/there",
        "/to-root/a, 308, http://elsewhere.example:8080/a",
        "/to-root, 308, http://elsewhere.example:8080/",
        "/to-full/a?b=c, 307, http://elsewhere.example:8080/full?b=c",
    })
    void aClientIsSentElsewhere(String asked, int status, String location) {
        HttpResponse<String> response = gateway.http().get(asked);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("location")).hasValue(location);
        assertThat(pod.received()).isEmpty();
    }

    @Test
    void aMirrorGetsACopy() {
        assertThat(gateway.http().post("/mirrored", "body").statusCode()).isEqualTo(200);

        await().until(() -> pod.received().size() == 2);
        assertThat(pod.received()).allSatisfy(request -> {
            assertThat(request.path()).isEqualTo("/mirrored");
            assertThat(request.header("host")).startsWith("127.0.0.1:").doesNotContain("shadow");
            assertThat(request.body()).asString().isEqualTo("body");
        });
    }

    @Test
    void aRequestThatTakesTooLongIs504() {
        pod.answer((exchange, request) -> {
            try {
                Thread.sleep(Duration.ofSeconds(3));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            RecordingPod.status(200, "late").to(exchange, request);
        });

        assertThat(gateway.http().get("/hurry").statusCode()).isEqualTo(504);
    }

    @ParameterizedTest
    @CsvSource({"/no-backend, 500", "/weightless, 500", "/missing, 500", "/nowhere, 404"})
    void whatCannotBeServedSaysSo(String path, int status) {
        assertThat(gateway.http().get(path).statusCode()).isEqualTo(status);
        assertThat(pod.received()).isEmpty();
    }

    private static String service() {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: echo}
                spec: {selector: {app: pool}, ports: [{port: 80, targetPort: %d}]}
                """.formatted(pods.port());
    }

    private static final String SET = """
            {type: RequestHeaderModifier, requestHeaderModifier: {
              set: [{name: x-set, value: 100% new}, {name: X-Gateway-Destination-Endpoint, value: "10.9.9.9:1"},
                {name: x-sluice-pool, value: default/other}],
              add: [{name: x-add, value: two}], remove: [x-remove]}}""";

    private static final String ANSWER = """
            {type: ResponseHeaderModifier, responseHeaderModifier: {
              set: [{name: x-by, value: sluice}], remove: [x-inner]}}""";

    private static final String ROUTES =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: headers}
            spec:
              parentRefs: [{name: inference}]
              rules:
                - matches: [{path: {type: PathPrefix, value: /service/headers}}]
                  filters: [SET, ANSWER]
                  backendRefs: [{name: echo, port: 80}]
                - matches: [{path: {type: PathPrefix, value: /pool/headers}}]
                  filters: [SET, ANSWER]
                  backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool}]
                - matches: [{path: {type: PathPrefix, value: /share}}]
                  backendRefs:
                    - name: echo
                      port: 80
                      filters:
                        - type: RequestHeaderModifier
                          requestHeaderModifier: {set: [{name: x-share, value: backend}]}
                        - type: ResponseHeaderModifier
                          responseHeaderModifier: {set: [{name: x-share, value: backend}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: rewrites}
            spec:
              parentRefs: [{name: inference}]
              rules:
                - matches: [{path: {type: PathPrefix, value: /strip}}]
                  filters:
                    - type: URLRewrite
                      urlRewrite:
                        hostname: rewritten.example
                        path: {type: ReplacePrefixMatch, replacePrefixMatch: /}
                  backendRefs: [{name: echo, port: 80}]
                - matches: [{path: {type: PathPrefix, value: /prefix/}}]
                  filters:
                    - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /other/}}}
                  backendRefs: [{name: echo, port: 80}]
                - matches: [{path: {type: PathPrefix, value: /full}}]
                  filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /one}}}]
                  backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool}]
                - matches: [{path: {type: PathPrefix, value: /mirrored}}]
                  filters: [{type: RequestMirror, requestMirror: {backendRef: {name: echo, port: 80}}}]
                  backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool}]
                - matches: [{path: {type: PathPrefix, value: /hurry}}]
                  timeouts: {request: 500ms}
                  backendRefs: [{name: echo, port: 80}]
                - matches: [{path: {type: PathPrefix, value: /no-backend}}]
                - matches: [{path: {type: PathPrefix, value: /weightless}}]
                  backendRefs: [{name: echo, port: 80, weight: 0}]
                - matches: [{path: {type: PathPrefix, value: /missing}}]
                  backendRefs: [{name: missing, port: 80}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: redirects}
            spec:
              parentRefs: [{name: inference}]
              rules:
                - matches: [{path: {type: PathPrefix, value: /to-host}}]
                  filters: [{type: RequestRedirect, requestRedirect: {hostname: elsewhere.example}}]
                - matches: [{path: {type: PathPrefix, value: /to-https}}]
                  filters:
                    - {type: RequestRedirect, requestRedirect: {scheme: https, hostname: secure.example, statusCode: 301}}
                - matches: [{path: {type: PathPrefix, value: /to-port}}]
                  filters: [{type: RequestRedirect, requestRedirect: {hostname: elsewhere.example, port: 9000}}]
                - matches: [{path: {type: PathPrefix, value: /to-prefix}}]
                  filters:
                    - type: RequestRedirect
                      requestRedirect:
                        hostname: elsewhere.example
                        path: {type: ReplacePrefixMatch, replacePrefixMatch: /there}
                - matches: [{path: {type: PathPrefix, value: /to-root}}]
                  filters:
                    - type: RequestRedirect
                      requestRedirect:
                        hostname: elsewhere.example
                        path: {type: ReplacePrefixMatch, replacePrefixMatch: /}
                        statusCode: 308
                - matches: [{path: {type: PathPrefix, value: /to-full}}]
                  filters:
                    - type: RequestRedirect
                      requestRedirect:
                        hostname: elsewhere.example
                        path: {type: ReplaceFullPath, replaceFullPath: /full}
                        statusCode: 307
            """.replace("SET", SET.replace("\n", " ")).replace("ANSWER", ANSWER.replace("\n", " "));
}
