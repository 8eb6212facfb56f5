package dev.sluice.operator.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.YamlResources;
import dev.sluice.operator.resolve.ResolvedGateway.ResolvedListener;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resolution;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolverTest {

    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: %s, namespace: ml, creationTimestamp: "%s"}
            spec:
              gatewayClassName: %s
              listeners: [{name: http, protocol: %s, port: 8080}]
            ---
            """;

    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: route, namespace: %s}
            spec:
              parentRefs: [{name: gateway, namespace: ml}]
              rules: [{backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool}]}]
            ---
            """;

    private static final String POOL = """
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: pool, namespace: ml}
            spec:
              selector: {matchLabels: {app: pool}}
              targetPorts: [{number: 8000}]
              endpointPickerRef: {name: picker, port: {number: 9002}}
            ---
            """;

    @Test
    void takesOnlyGatewaysOfItsClass() {
        assertThat(resolve(GATEWAY.formatted("gateway", "", "istio", "HTTP"))).isEmpty();
        assertThat(resolve(GATEWAY.formatted("gateway", "", "sluice", "HTTP"))).hasSize(1);
    }

    @Test
    void aGatewaysClassIsTheInstallationsByItsController() {
        String classes = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: mine}
                spec: {controllerName: sluice.dev/gateway-controller}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: sluice}
                spec: {controllerName: example.org/other}
                ---
                """;
        assertThat(resolve(classes + GATEWAY.formatted("gateway", "", "sluice", "HTTP")))
                .isEmpty();
        assertThat(resolve(classes + GATEWAY.formatted("gateway", "", "mine", "HTTP")))
                .hasSize(1);
    }

    @Test
    void gatewaysShareAPortUnlessTheyShareAnEnvoy() {
        String yaml = GATEWAY.formatted("a", "2026-02-01T00:00:00Z", "sluice", "HTTP")
                + GATEWAY.formatted("b", "2026-01-01T00:00:00Z", "sluice", "HTTP");
        assertThat(resolve(yaml))
                .allSatisfy(gateway -> assertThat(listener(gateway).fault()).isNull());
        List<ResolvedGateway> gateways = Resolver.resolve(YamlResources.parse(yaml), Installation.standaloneDefaults());
        assertThat(gateways)
                .extracting(gateway -> gateway.gateway().getMetadata().getName())
                .containsExactly("b", "a");
        assertThat(listener(gateways.get(0)).certificates()).isInstanceOf(Resolution.Complete.class);
        assertThat(listener(gateways.get(1)).certificates())
                .isEqualTo(new Resolution.Conflict<>("port 8080 is taken by Gateway ml/b; choose another port"));
        assertThat(listener(gateways.get(1)).fault()).isEqualTo(ListenerFault.PORT_UNAVAILABLE);
    }

    @Test
    void saysWhichProtocolsItDoesNotServe() {
        assertThat(listener(resolve(GATEWAY.formatted("gateway", "", "sluice", "UDP"))
                                .getFirst())
                        .certificates())
                .isEqualTo(new Resolution.Unsupported<>("listeners of protocol UDP are not served; use HTTP or HTTPS"));
    }

    @Test
    void routesOfOtherNamespacesNeedTheListenersLeave() {
        String gateway = GATEWAY.formatted("gateway", "", "sluice", "HTTP");
        assertThat(listener(resolve(gateway + ROUTE.formatted("ml")).getFirst()).routes())
                .hasSize(1);
        assertThat(listener(resolve(gateway + ROUTE.formatted("guests")).getFirst())
                        .routes())
                .isEmpty();
        String open = gateway.replace("port: 8080", "port: 8080, allowedRoutes: {namespaces: {from: All}}");
        assertThat(listener(resolve(open + ROUTE.formatted("guests")).getFirst())
                        .routes())
                .hasSize(1);
    }

    @Test
    void findsThePickersServiceAndSaysWhatIsWrongWithIt() {
        String service = "kind: Service\napiVersion: v1\nmetadata: {name: picker, namespace: ml}\nspec: {%s}\n---\n";
        assertThat(picker("")).isEqualTo(new Resolution.Missing<>("Service ml/picker does not exist"));
        assertThat(picker(service.formatted("ports: [{port: 80}]")))
                .isEqualTo(new Resolution.Missing<>("Service picker has no port 9002"));
        assertThat(picker(service.formatted("type: ExternalName, externalName: a.com, ports: [{port: 9002}]")))
                .isEqualTo(
                        new Resolution.Forbidden<>(
                                "Service picker is of type ExternalName, which is not followed; name a Service with endpoints"));
        assertThat(picker(service.formatted("ports: [{port: 9002}]")))
                .isInstanceOfSatisfying(
                        Resolution.Complete.class,
                        complete -> assertThat(complete.value())
                                .isInstanceOfSatisfying(Backend.PickerService.class, found -> {
                                    Service picker = found.service().service();
                                    assertThat(picker.getMetadata().getName()).isEqualTo("picker");
                                    assertThat(found.service().port().getPort()).isEqualTo(9002);
                                }));
    }

    private static Resolution<Backend.PickerService> picker(String service) {
        ResolvedGateway gateway = resolve(
                        GATEWAY.formatted("gateway", "", "sluice", "HTTP") + ROUTE.formatted("ml") + POOL + service)
                .getFirst();
        Resolution<Backend> backend = listener(gateway)
                .routes()
                .getFirst()
                .rules()
                .getFirst()
                .backends()
                .getFirst()
                .backend();
        assertThat(backend).isInstanceOf(Resolution.Complete.class);
        return ((Backend.ResolvedPool) ((Resolution.Complete<Backend>) backend).value()).picker();
    }

    private static ResolvedListener listener(ResolvedGateway gateway) {
        return gateway.listeners().getFirst();
    }

    private static List<ResolvedGateway> resolve(String yaml) {
        return Resolver.resolve(YamlResources.parse(yaml), Installation.defaults());
    }
}
