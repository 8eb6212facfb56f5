package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.sluice.InstalledSluice;
import dev.sluice.e2e.sluice.SluiceExtension;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What nobody can have meant is refused by the API server, or where that cannot know, by a condition that names the
/// field.
@Timeout(120)
class InvalidResourcesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final SluiceExtension INSTALLED = new SluiceExtension();

    private static InstalledSluice sluice;
    private static String namespace;

    @BeforeAll
    static void begin() {
        sluice = INSTALLED.sluice();
        namespace = sluice.newNamespace("invalid");
        apply("Gateway", "edge", "{gatewayClassName: sluice, listeners: [{name: http, protocol: HTTP, port: 80}]}");
        apply("InferencePool", "taken", "{selector: {matchLabels: {app: a}}, targetPorts: [{number: 8000}]}");
        apply("InferencePoolPolicy", "older", "{targetRefs: [{name: taken}]}");
        apply("InferenceModel", "older", "{modelName: chat, poolRefs: [{name: taken}]}");
    }

    @AfterAll
    static void end() {
        sluice.deleteNamespace(namespace);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            InferencePool       | {selector: {matchLabels: {app: a}}, targetPorts: [{number: 8000}]}
            InferencePool       | {selector: {matchLabels: {app: a}}, targetPorts: [{number: 1}, {number: 2}]}
            InferencePool       | {selector: {matchLabels: {app: a}}, targetPorts: [{number: 1}], appProtocol: kubernetes.io/h2c}
            InferencePool       | {selector: {matchLabels: {app: a}}, targetPorts: [{number: 1}], endpointPickerRef: {name: p, kind: Picker}}
            InferenceModel      | {modelName: m, poolRefs: [{name: a, weight: 0, tier: 15}]}
            InferencePoolPolicy | {targetRefs: [{name: a}], signals: {pollInterval: 1h30m, prometheus: {url: "http://p:9090"}}}
            """)
    void whatIsValidIsTaken(String kind, String spec) {
        HasMetadata dry =
                sluice.client().resource(resource(kind, "valid", spec)).dryRun().create();
        assertThat(dry.getKind()).isEqualTo(kind);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            InferencePool | {targetPorts: [{number: 1}]} | spec.selector: Required value
            InferencePool | {selector: {matchLabels: {}}, targetPorts: [{number: 1}]} | spec.selector.matchLabels
            InferencePool | {selector: {matchLabels: {a: "a b"}}, targetPorts: [{number: 1}]} | spec.selector.matchLabels.a
            InferencePool | {selector: {matchLabels: {a: b}}} | spec.targetPorts: Required value
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: []} | spec.targetPorts
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: [{number: 0}]} | spec.targetPorts[0].number
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: [{number: 65536}]} | spec.targetPorts[0].number
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: [{number: 1}, {number: 1}]} | port number must be unique
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: [{number: 1}], appProtocol: h2c} | spec.appProtocol: Unsupported value
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: [{number: 1}], endpointPickerRef: {name: p}} | port is required when kind is 'Service' or unspecified (defaults to 'Service')
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: [{number: 1}], endpointPickerRef: {name: p, kind: Service}} | port is required when kind is 'Service' or unspecified (defaults to 'Service')
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: [{number: 1}], endpointPickerRef: {port: {number: 1}}} | spec.endpointPickerRef.name: Required value
            InferencePool | {selector: {matchLabels: {a: b}}, targetPorts: [{number: 1}], endpointPickerRef: {name: p, port: {number: 1}, failureMode: Open}} | spec.endpointPickerRef.failureMode: Unsupported value
            InferenceModel | {poolRefs: [{name: a}]} | spec.modelName: Required value
            InferenceModel | {modelName: m, poolRefs: []} | spec.poolRefs
            InferenceModel | {modelName: m, poolRefs: [{name: a, weight: -1}]} | spec.poolRefs[0].weight
            InferenceModel | {modelName: m, poolRefs: [{name: a, tier: 16}]} | spec.poolRefs[0].tier
            InferenceModel | {modelName: m, poolRefs: [{name: a}], targets: [{weight: 1}]} | a target needs modelName or adapter
            InferenceModel | {modelName: m, poolRefs: [{name: a}], fairnessWeight: 0} | spec.fairnessWeight
            InferenceModel | {modelName: m, poolRefs: [{name: a}], sessionAffinity: {timeToLive: 1 hour}} | spec.sessionAffinity.timeToLive
            InferenceModel | {modelName: m, poolRefs: [{name: a}], sessionAffinity: {cookieName: "a=b"}} | spec.sessionAffinity.cookieName
            InferencePoolPolicy | {targetRefs: []} | spec.targetRefs
            InferencePoolPolicy | {targetRefs: [{name: a}], signals: {pollInterval: fast}} | spec.signals.pollInterval
            InferencePoolPolicy | {targetRefs: [{name: a}], signals: {staleness: 1.5s}} | spec.signals.staleness
            InferencePoolPolicy | {targetRefs: [{name: a}], signals: {prometheus: {url: "ftp://p"}}} | spec.signals.prometheus.url
            InferencePoolPolicy | {targetRefs: [{name: a}], signals: {dcgm: {exporter: Nowhere}}} | spec.signals.dcgm.exporter: Unsupported value
            InferencePoolPolicy | {targetRefs: [{name: a}], scheduling: {policy: Guess}} | spec.scheduling.policy: Unsupported value
            InferencePoolPolicy | {targetRefs: [{name: a}], responseProcessing: Some} | spec.responseProcessing: Unsupported value
            InferencePoolPolicy | {targetRefs: [{name: a}], accelerators: [{count: 1}]} | spec.accelerators[0].model: Required value
            """)
    void whatTheSchemaKnowsToBeWrongIsRefused(String kind, String spec, String says) {
        assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(() -> sluice.client()
                        .resource(resource(kind, "invalid", spec))
                        .dryRun()
                        .create())
                .satisfies(refused -> assertThat(refused.getCode()).isEqualTo(422))
                .withMessageContaining(says);
    }

    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            InferencePoolPolicy | zero       | {targetRefs: [{name: other}], signals: {pollInterval: 0s}} | Accepted Invalid spec.signals.pollInterval
            InferencePoolPolicy | url        | {targetRefs: [{name: other}], signals: {prometheus: {url: "http://p p"}}} | Accepted Invalid spec.signals.prometheus.url
            InferencePoolPolicy | hostless   | {targetRefs: [{name: other}], signals: {prometheus: {url: "http:///p"}}} | Accepted Invalid spec.signals.prometheus.url
            InferencePoolPolicy | conflicted | {targetRefs: [{name: taken}]} | Accepted Conflicted spec.targetRefs[0]
            InferencePoolPolicy | nowhere    | {targetRefs: [{name: nowhere}]} | ResolvedRefs PoolNotFound spec.targetRefs[0].name
            InferencePoolPolicy | kind       | {targetRefs: [{name: taken, group: "", kind: Service}]} | ResolvedRefs InvalidKind spec.targetRefs[0]
            InferenceModel      | second     | {modelName: chat, poolRefs: [{name: taken}]} | Accepted ModelNameInUse spec.modelName
            InferenceModel      | poolless   | {modelName: lost, poolRefs: [{name: nowhere}]} | ResolvedRefs PoolNotFound spec.poolRefs[0].name
            Gateway             | parameters | {gatewayClassName: sluice, infrastructure: {parametersRef: {group: g.example, kind: K, name: n}}, listeners: [{name: http, protocol: HTTP, port: 80}]} | Accepted InvalidParameters spec.infrastructure.parametersRef
            """)
    void whatOnlySluiceCanKnowToBeWrongIsSaidInACondition(String kind, String name, String spec, String says) {
        apply(kind, name, spec);
        String[] condition = says.split(" ", 3);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(conditions(kind, name))
                        .anySatisfy(found -> assertThat(found)
                                .startsWith(condition[0] + " False " + condition[1] + " ")
                                .contains(condition[2])));
    }

    /// A route says what is wrong with it to each of its parents.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            pattern | {matches: [{path: {type: RegularExpression, value: "/(["}}]} | UnsupportedValue spec.rules[0].matches[0].path
            header  | {filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: "b\\nc"}]}}]} | UnsupportedValue spec.rules[0].filters[0].requestHeaderModifier
            """)
    void whatEnvoyWouldRefuseIsNotAccepted(String name, String rule, String says) {
        apply("HTTPRoute", name, "{parentRefs: [{name: edge}], rules: [%s]}".formatted(rule));
        String[] condition = says.split(" ", 2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(conditions("HTTPRoute", name))
                        .anySatisfy(found -> assertThat(found)
                                .startsWith("Accepted False " + condition[0] + " ")
                                .contains(condition[1])));
    }

    private static void apply(String kind, String name, String spec) {
        sluice.client()
                .resource(resource(kind, name, spec))
                .fieldManager("test")
                .serverSideApply();
    }

    private static HasMetadata resource(String kind, String name, String spec) {
        return sluice.client()
                .genericKubernetesResources(version(kind), kind)
                .inNamespace(namespace)
                .load(new ByteArrayInputStream("""
                        apiVersion: %s
                        kind: %s
                        metadata: {name: %s, namespace: %s}
                        spec: %s
                        """.formatted(version(kind), kind, name, namespace, spec)
                        .getBytes(StandardCharsets.UTF_8)))
                .item();
    }

    private static String version(String kind) {
        return switch (kind) {
            case "InferencePool" -> "inference.networking.k8s.io/v1";
            case "Gateway", "HTTPRoute" -> "gateway.networking.k8s.io/v1";
            default -> "inference.sluice.dev/v1alpha1";
        };
    }

    /// Each as `type status reason message`, of the resource itself or of its only parent.
    private static List<String> conditions(String kind, String name) {
        GenericKubernetesResource found = sluice.client()
                .genericKubernetesResources(version(kind), kind)
                .inNamespace(namespace)
                .withName(name)
                .get();
        Object[] path = kind.equals("HTTPRoute")
                ? new Object[] {"status", "parents", 0, "conditions"}
                : new Object[] {"status", "conditions"};
        List<Map<String, Object>> conditions = found.get(path);
        return conditions == null
                ? List.of()
                : conditions.stream()
                        .map(each -> "%s %s %s %s"
                                .formatted(
                                        each.get("type"), each.get("status"), each.get("reason"), each.get("message")))
                        .toList();
    }
}
