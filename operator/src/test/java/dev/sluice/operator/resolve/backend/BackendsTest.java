package dev.sluice.operator.resolve.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.YamlResources;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import dev.sluice.operator.resolve.Resolver;
import dev.sluice.operator.resolve.backend.Backend.PickerService;
import dev.sluice.operator.resolve.backend.Backend.PlainService;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Installation.SharedPicker;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendsTest {

    private static final Installation SHARED =
            Installation.defaults().withPicker(new SharedPicker("sluice-system", "sluice-endpoint-picker", 9002));

    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: gateway, namespace: ml}
            spec: {gatewayClassName: sluice, listeners: [{name: http, protocol: HTTP, port: 80}]}
            ---
            """;

    private static String service(String namespace, String name, String spec) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s}
                spec: {%s}
                ---
                """.formatted(name, namespace, spec);
    }

    private static String pool(String namespace, String name, String picker) {
        return """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: %s, namespace: %s}
                spec: {selector: {matchLabels: {app: %s}}, targetPorts: [{number: 8000}]%s}
                ---
                """.formatted(name, namespace, name, picker);
    }

    private static String model(String name, String pools) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: %s, namespace: ml}
                spec: {modelName: %s, poolRefs: [%s]}
                ---
                """.formatted(name, name, pools);
    }

    private static ResolvedRule rule(Installation installation, String rule, String more) {
        String route = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: route, namespace: ml}
                spec: {parentRefs: [{name: gateway}], rules: [%s]}
                ---
                """.formatted(rule);
        return Resolver.resolve(YamlResources.parse(GATEWAY + route + more), installation)
                .getFirst()
                .parents()
                .getFirst()
                .rules()
                .getFirst();
    }

    private static Resolution<Backend> backend(String ref, String more) {
        return rule(SHARED, "{backendRefs: [%s]}".formatted(ref), more)
                .backends()
                .getFirst()
                .backend();
    }

    private static String poolRefs(String... names) {
        return "{backendRefs: [%s]}"
                .formatted(String.join(
                        ", ",
                        List.of(names).stream()
                                .map("{group: inference.networking.k8s.io, kind: InferencePool, name: %s}"::formatted)
                                .toList()));
    }

    private static Resolution<PickerService> picker(Installation installation, String pool, String more) {
        Resolution<Backend> backend = rule(installation, poolRefs("llama"), pool + more)
                .backends()
                .getFirst()
                .backend();
        return ((Backend.ResolvedPool) ((Resolution.Complete<Backend>) backend).value()).picker();
    }

    private static List<String> movable(Installation installation, String rule, String more) {
        return rule(installation, rule, more).movable().stream()
                .map(pool -> Resources.name(pool.pool()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: web, port: 80}                  | Complete",
                "{name: web, port: 81}                  | Missing",
                "{name: web}                            | Missing",
                "{name: none, port: 80}                 | Missing",
                "{name: outside, port: 80}              | Forbidden",
                "{name: web, port: 80, namespace: far}  | Forbidden",
                "{name: secure, port: 443}              | Unsupported",
                "{name: h2c, port: 80}                  | Complete",
                "{name: web, kind: Lambda, group: x.io} | Unsupported",
                "{name: llama, kind: InferencePool, group: inference.networking.k8s.io}             | Missing",
                "{name: llama, kind: InferencePool, group: inference.networking.k8s.io, port: 1}    | Missing",
            })
    void saysWhatAReferenceNames(String ref, String expected) {
        String services = service("ml", "web", "ports: [{port: 80}]")
                + service("ml", "outside", "type: ExternalName, externalName: example.org, ports: [{port: 80}]")
                + service("ml", "secure", "ports: [{port: 443, appProtocol: https}]")
                + service("ml", "h2c", "ports: [{port: 80, appProtocol: kubernetes.io/h2c}]")
                + service("far", "web", "ports: [{port: 80}]");
        assertThat(backend(ref, services).getClass().getSimpleName()).isEqualTo(expected);
    }

    @Test
    void aServiceWithoutASelectorHasTheEndpointsThatSomebodyKeeps() {
        String slice = """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: %s, namespace: %s, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints: [{addresses: [10.0.0.1]}]
                ports: [{port: 8080}]
                ---
                """;
        Resolution<Backend> found = backend(
                "{name: web, port: 80}",
                service("ml", "web", "clusterIP: None, ports: [{port: 80}]")
                        + slice.formatted("b", "ml")
                        + slice.formatted("a", "ml")
                        + slice.formatted("a", "far"));
        assertThat(((PlainService) ((Resolution.Complete<Backend>) found).value()).slices())
                .extracting(each -> Resources.name(each))
                .containsExactly("ml/a", "ml/b");
    }

    @Test
    void resolvesMirrorsInTheOrderOfTheirFilters() {
        String mirror = "{type: RequestMirror, requestMirror: {backendRef: {name: %s, port: 80}}}";
        ResolvedRule rule = rule(
                SHARED,
                "{filters: [%s, {type: URLRewrite}, %s]}".formatted(mirror.formatted("none"), mirror.formatted("web")),
                service("ml", "web", "ports: [{port: 80}]"));
        assertThat(rule.mirrors()).hasSize(2);
        assertThat(rule.mirrors().getFirst()).isInstanceOf(Resolution.Missing.class);
        assertThat(rule.mirrors().getLast()).isInstanceOf(Resolution.Complete.class);
    }

    @Test
    void aPoolThatNamesNoPickerHasTheInstallations() {
        String installed = service("sluice-system", "sluice-endpoint-picker", "ports: [{port: 9002}]");
        assertThat(picker(SHARED, pool("ml", "llama", ""), installed))
                .isInstanceOfSatisfying(
                        Resolution.Complete.class,
                        found -> assertThat(((PickerService) found.value()).shared())
                                .isTrue());
        // An installation that is taken out, or is about to start, has a picker without replicas: what happens to
        // requests is then for the pool's failureMode to say.
        assertThat(picker(SHARED, pool("ml", "llama", ""), ""))
                .isInstanceOfSatisfying(Resolution.Complete.class, found -> {
                    PickerService absent = (PickerService) found.value();
                    assertThat(absent.exists()).isFalse();
                    assertThat(absent.service().pods()).isEmpty();
                });
        assertThat(picker(SHARED, pool("ml", "llama", ", endpointPickerRef: {name: theirs, port: {number: 9002}}"), ""))
                .isEqualTo(new Resolution.Missing<>("Service ml/theirs does not exist"));
        assertThat(picker(Installation.defaults(), pool("ml", "llama", ""), installed))
                .isInstanceOf(Resolution.Missing.class);
    }

    @Test
    void aPickerIsSharedWhoeverNamesIt() {
        Installation inNamespace = Installation.defaults().withPicker(new SharedPicker(null, "picker", 9002));
        Installation ofPool = Installation.defaults().withPicker(new SharedPicker(null, "*-endpoint-picker", 9002));
        String services = service("ml", "picker", "ports: [{port: 9002}, {port: 9003}]")
                + service("ml", "llama-endpoint-picker", "ports: [{port: 9002}]")
                + service("ml", "foreign", "ports: [{port: 9002}]");
        String named = ", endpointPickerRef: {name: %s, port: {number: %d}}";
        assertThat(isShared(inNamespace, "", services)).isTrue();
        assertThat(isShared(inNamespace, named.formatted("picker", 9002), services))
                .isTrue();
        assertThat(isShared(inNamespace, named.formatted("picker", 9003), services))
                .isFalse();
        assertThat(isShared(inNamespace, named.formatted("foreign", 9002), services))
                .isFalse();
        assertThat(isShared(ofPool, "", services)).isTrue();
        assertThat(isShared(ofPool, named.formatted("llama-endpoint-picker", 9002), services))
                .isTrue();
    }

    private static boolean isShared(Installation installation, String ref, String services) {
        Resolution<PickerService> found = picker(installation, pool("ml", "llama", ref), services);
        return ((Resolution.Complete<PickerService>) found).value().shared();
    }

    private static final String POOLS = service("sluice-system", "sluice-endpoint-picker", "ports: [{port: 9002}]")
            + service("ml", "foreign", "ports: [{port: 9002}]")
            + pool("ml", "llama", "")
            + pool("ml", "qwen", "")
            + pool("ml", "unbound", "")
            + pool("ml", "theirs", ", endpointPickerRef: {name: foreign, port: {number: 9002}}")
            + pool("far", "phi", "");

    @Test
    void requestsMoveToPoolsThatModelsBindAndTheSamePickerKnows() {
        String models = model("chat", "{name: qwen}, {name: llama}, {name: theirs}, {name: nowhere}");
        assertThat(movable(SHARED, poolRefs("llama"), POOLS + models)).containsExactly("ml/qwen");
        assertThat(movable(SHARED, poolRefs("unbound"), POOLS + models)).containsExactly("ml/llama", "ml/qwen");
        assertThat(movable(SHARED, poolRefs("theirs"), POOLS + models)).isEmpty();
        assertThat(movable(SHARED, poolRefs("llama"), POOLS)).isEmpty();
    }

    @Test
    void theRulesOwnPoolsCountWhereARequestMayHaveComeFromTheOther() {
        String models = model("chat", "{name: qwen}") + model("code", "{name: llama}");
        assertThat(movable(SHARED, poolRefs("llama", "qwen"), POOLS + models)).containsExactly("ml/llama", "ml/qwen");
        assertThat(movable(SHARED, poolRefs("llama", "theirs"), POOLS + models)).containsExactly("ml/qwen");
    }

    @Test
    void requestsMoveOnlyWhereTheirRouteMayRefer() {
        String models = """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: chat, namespace: far}
                spec: {modelName: chat, poolRefs: [{name: phi}, {name: granite}]}
                ---
                """ + pool("far", "granite", "");
        String rule =
                "{backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: phi, namespace: far}]}";
        String grant = """
                apiVersion: gateway.networking.k8s.io/v1beta1
                kind: ReferenceGrant
                metadata: {name: grant, namespace: far}
                spec:
                  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: ml}]
                  to: [{group: inference.networking.k8s.io, kind: InferencePool%s}]
                ---
                """;
        assertThat(movable(SHARED, rule, POOLS + models + grant.formatted(", name: phi")))
                .isEmpty();
        assertThat(movable(SHARED, rule, POOLS + models + grant.formatted(""))).containsExactly("far/granite");
    }

    @Test
    void onOneMachineOnePickerKnowsAllPools() {
        String models = model("chat", "{name: llama}, {name: theirs}");
        assertThat(movable(Installation.standaloneDefaults(), poolRefs("llama"), POOLS + models))
                .containsExactly("ml/theirs");
    }
}
