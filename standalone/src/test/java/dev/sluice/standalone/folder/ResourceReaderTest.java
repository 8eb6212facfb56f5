package dev.sluice.standalone.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private static ResourceSet read(String text) throws BrokenFileException {
        return ResourceReader.read(new TreeMap<>(Map.of("in.yaml", text)));
    }

    private static AbstractThrowableAssert<?, ?> assertBroken(String text) {
        return assertThatThrownBy(() -> read(text)).isInstanceOf(BrokenFileException.class);
    }
}
