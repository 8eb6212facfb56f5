package dev.sluice.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicySpec;
import dev.sluice.operator.YamlResources;
import dev.sluice.operator.plan.Plan.Action.Forward;
import dev.sluice.operator.plan.Plan.Mirror;
import dev.sluice.operator.plan.Plan.Target;
import dev.sluice.operator.resolve.ResolvedRoute;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedBackend;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.backend.Backend.PickerService;
import dev.sluice.operator.resolve.backend.Backend.PlainService;
import dev.sluice.operator.resolve.backend.Policies;
import dev.sluice.operator.resolve.resources.Resolution;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulesTest {

    private static final YamlResources RESOURCES = YamlResources.parse("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: route, namespace: ml}
            spec:
              rules:
                - filters:
                    - {type: RequestMirror, requestMirror: {backendRef: {name: missing, port: 80}}}
                    - {type: RequestMirror, requestMirror: {backendRef: {name: mirror, port: 80}, percent: 25}}
                    - type: RequestMirror
                      requestMirror: {backendRef: {name: mirror, port: 80}, fraction: {numerator: 1, denominator: 3}}
                    - {type: RequestMirror, requestMirror: {backendRef: {name: mirror, port: 80}}}
                  backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: first}]
            ---
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: first, namespace: ml}
            spec: {selector: {matchLabels: {app: first}}, targetPorts: [{number: 8000}]}
            ---
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: second, namespace: ml}
            spec: {selector: {matchLabels: {app: second}}, targetPorts: [{number: 8000}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: mirror, namespace: ml}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: picker, namespace: ml}
            spec: {ports: [{port: 9002}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: other-picker, namespace: ml}
            spec: {ports: [{port: 9002}]}
            """);

    private final Rules rules = new Rules(Settings.defaults());

    @Test
    void mirrorsGetTheirFractionAndThoseThatNameNothingAreLeftOut() {
        Resolution<Backend> mirror = new Resolution.Complete<>(service("mirror"));
        Forward forward = forward(
                pool("first", "picker", true),
                List.of(new Resolution.Missing<>("no"), mirror, mirror, mirror),
                List.of());

        Target target = new Target.ToService("ml/mirror:80");
        assertThat(forward.mirrors())
                .containsExactly(new Mirror(target, 25, 100), new Mirror(target, 1, 3), new Mirror(target, 100, 100));
    }

    @Test
    void aSharedPickerMayMoveRequestsAmongItsPools() {
        Forward forward = forward(
                pool("first", "picker", true),
                List.of(),
                List.of(pool("first", "picker", true), pool("second", "picker", true)));

        assertThat(forward.movable()).containsExactly("ml/first", "ml/second");
        assertThat(rules.pools()).extracting(Plan.Pool::name).containsExactly("ml/first", "ml/second");
    }

    @Test
    void aPoolOfAnotherPickerIsOutOfReach() {
        assertThat(forward(pool("first", "picker", true), List.of(), List.of(pool("second", "other-picker", true)))
                        .movable())
                .isEmpty();
    }

    @Test
    void aForeignPickerMovesNothing() {
        assertThat(forward(pool("first", "picker", false), List.of(), List.of(pool("second", "picker", false)))
                        .movable())
                .isEmpty();
    }

    private Forward forward(
            Backend.ResolvedPool to, List<Resolution<Backend>> mirrors, List<Backend.ResolvedPool> movable) {
        HTTPRoute route = RESOURCES.all(HTTPRoute.class).getFirst();
        var rule = route.getSpec().getRules().getFirst();
        ResolvedBackend backend =
                new ResolvedBackend(rule.getBackendRefs().getFirst(), 1, new Resolution.Complete<>(to));
        ResolvedRoute resolved = new ResolvedRoute(
                route, List.of("*"), List.of(new ResolvedRule(rule, List.of(backend), mirrors, movable)));
        return (Forward) rules.routes(resolved, "http", 80).getFirst().action();
    }

    private static Backend.ResolvedPool pool(String name, String picker, boolean shared) {
        InferencePool pool = RESOURCES.all(InferencePool.class).stream()
                .filter(candidate -> candidate.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
        InferencePoolPolicySpec policy = new Policies(List.of()).of("ml", name);
        return new Backend.ResolvedPool(
                pool,
                policy,
                List.of(),
                new Resolution.Complete<>(new PickerService(service(picker), shared, true)),
                List.of());
    }

    private static PlainService service(String name) {
        Service service = RESOURCES.all(Service.class).stream()
                .filter(candidate -> candidate.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
        return new PlainService(service, service.getSpec().getPorts().getFirst(), List.of(), List.of());
    }
}
