package dev.sluice.standalone.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.upstream.LegacyInferencePool;
import dev.sluice.api.upstream.ModelRewrite;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.Port;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class ResourceReaderTest {
    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata:
              name: demo
            spec:
              gatewayClassName: sluice
              listeners:
                - name: http
                  port: 8080
                  protocol: HTTP
            """;

    private static final String POOL = """
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: llama}
            spec:
              selector: {matchLabels: {app: llama}}
              targetPorts:
                - number: 8000
              endpointPickerRef: {name: picker, port: {number: 9002}, failureMode: FailOpen}
            """;

    @Test
    void readsTypedResourcesOfManyDocumentsIntoTheDefaultNamespace() throws Exception {
        ResourceSet set =
                read("# a comment\n---\n" + GATEWAY + "---\n" + FolderTest.endpoints("a", "127.0.0.1") + "---\n");

        Gateway gateway = set.all(Gateway.class).getFirst();
        assertThat(gateway.getMetadata().getNamespace()).isEqualTo("default");
        assertThat(gateway.getSpec().getListeners().getFirst().getPort()).isEqualTo(8080);
        assertThat(set.resources()).hasSize(2);
    }

    @Test
    void readsUpstreamsOlderKindsBesideTodays() throws Exception {
        ResourceSet set = read(POOL + """
                ---
                apiVersion: inference.networking.x-k8s.io/v1alpha2
                kind: InferencePool
                metadata: {name: llama}
                spec: {selector: {app: llama}, targetPortNumber: 8000, extensionRef: {name: epp}}
                ---
                apiVersion: llm-d.ai/v1alpha2
                kind: InferenceModelRewrite
                metadata: {name: a}
                spec:
                  poolRef: {name: llama}
                  rules: [{matches: [{model: {type: Exact, value: a}}], targets: [{modelRewrite: b, weight: 2}]}]
                ---
                apiVersion: inference.networking.x-k8s.io/v1alpha2
                kind: InferenceModelRewrite
                metadata: {name: a}
                spec: {poolRef: {name: llama}, rules: [{targets: [{modelRewrite: c}]}]}
                """);
        assertThat(set.all(LegacyInferencePool.class).getFirst().getSpec().targetPortNumber())
                .isEqualTo(8000);
        assertThat(set.all(ModelRewrite.class))
                .extracting(each ->
                        each.getSpec().rules().getFirst().targets().getFirst().modelRewrite())
                .containsExactly("b", "c");
    }

    @Test
    void turnsEndpointsIntoPodsThatPoolsSelectAsInACluster() throws Exception {
        ResourceSet set = read("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: EndpointList
                metadata: {name: gpus, namespace: ml}
                spec:
                  endpoints:
                    - {name: a, address: 10.0.0.7, labels: {app: llama}}
                    - {name: b, address: "fd00::1", ready: false}
                """);

        Pod a = set.all(Pod.class).get(0);
        assertThat(a.getMetadata().getNamespace()).isEqualTo("ml");
        assertThat(a.getMetadata().getLabels()).containsExactly(Map.entry("app", "llama"));
        assertThat(a.getStatus().getPodIP()).isEqualTo("10.0.0.7");
        assertThat(a.getStatus().getConditions().getFirst().getStatus()).isEqualTo("True");
        Pod b = set.all(Pod.class).get(1);
        assertThat(b.getStatus().getConditions().getFirst().getStatus()).isEqualTo("False");
    }

    @Test
    void namesTheLineOfAnUnknownFieldInALaterDocument() {
        assertBroken(GATEWAY + "---\n" + GATEWAY.replace("demo", "second").replace("protocol", "protocoll"))
                .hasMessageStartingWith("in.yaml:21: unknown field spec.listeners[0].protocoll; known here are ");
    }

    @Test
    void namesTheLineOfAWrongType() {
        assertBroken(GATEWAY.replace("8080", "eighty")).hasMessageStartingWith("in.yaml:9: spec.listeners[0].port: ");
    }

    @Test
    void namesTheLineOfASyntaxError() {
        assertBroken(GATEWAY + "  status: [\n").hasMessageStartingWith("in.yaml:11: while parsing a flow node");
    }

    @Test
    void refusesARepeatedKey() {
        assertBroken(GATEWAY.replace("  name: demo", "  name: demo\n  name: other"))
                .hasMessageContaining("in.yaml:5: ");
    }

    @Test
    void refusesAnUnknownKindAndNamesTheKnownOnes() {
        assertBroken("\n\napiVersion: v1\nkind: Secrets\n")
                .hasMessageStartingWith("in.yaml:3: unknown kind v1 Secrets; known are ")
                .hasMessageContaining("gateway.networking.k8s.io/v1 Gateway");
    }

    @Test
    void refusesAResourceWithoutAName() {
        assertBroken(GATEWAY.replace("  name: demo", "  labels: {}")).hasMessageContaining("metadata.name is missing");
    }

    @Test
    void refusesASecondDeclarationAndNamesTheFirst() {
        assertBroken(GATEWAY + "---\n" + GATEWAY)
                .hasMessage("in.yaml:12: Gateway default/demo is already declared at in.yaml:1");
    }

    @Test
    void refusesAHostNameAsAddress() {
        assertBroken(FolderTest.endpoints("a", "localhost"))
                .hasMessageStartingWith("in.yaml:")
                .hasMessageContaining("address is no IP address: localhost");
    }

    @Test
    void readsAnInferencePool() throws Exception {
        assertThat(read(POOL).all(InferencePool.class).getFirst().getSpec().targetPorts())
                .extracting(Port::number)
                .containsExactly(8000);
    }

    @Test
    void checksCustomResourcesByTheSchemaOfTheirCrd() {
        assertBroken(POOL.replace("  selector: {matchLabels: {app: llama}}\n", ""))
                .hasMessage("in.yaml:5: spec lacks the required field selector");
        assertBroken(POOL.replace("targetPorts", "targetPort"))
                .hasMessageStartingWith("in.yaml:5: spec lacks the required field targetPorts");
        assertBroken(POOL.replace("8000", "80000"))
                .hasMessage("in.yaml:7: spec.targetPorts[0].number must be at most 65535, and is 80000");
        assertBroken(POOL.replace("8000", "'8000'"))
                .hasMessageStartingWith("in.yaml:7: spec.targetPorts[0].number must be of type integer");
        assertBroken(POOL.replace("FailOpen", "FailSoft"))
                .hasMessageStartingWith("in.yaml:8: spec.endpointPickerRef.failureMode must be one of ");
        assertBroken(POOL.replace("failureMode", "failMode"))
                .hasMessageStartingWith("in.yaml:8: spec.endpointPickerRef.failMode is unknown; known here are ");
        assertBroken(POOL.replace("    - number: 8000\n", "").replace("targetPorts:", "targetPorts: []"))
                .hasMessage("in.yaml:6: spec.targetPorts must have at least 1 items");
        assertBroken(POOL.replace("{app: llama}", "{app: 'a b'}"))
                .hasMessageStartingWith("in.yaml:5: spec.selector.matchLabels.app must match ");
    }

    private static ResourceSet read(String text) throws BrokenFileException {
        return ResourceReader.read(new TreeMap<>(Map.of("in.yaml", text)));
    }

    private static AbstractThrowableAssert<?, ?> assertBroken(String text) {
        return assertThatThrownBy(() -> read(text)).isInstanceOf(BrokenFileException.class);
    }
}
