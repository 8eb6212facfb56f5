package dev.sluice.operator.resolve;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.operator.resolve.ResolvedGateway.ResolvedListener;
import dev.sluice.operator.resolve.ResolvedGateway.RouteParent;
import dev.sluice.operator.resolve.backend.Backends;
import dev.sluice.operator.resolve.backend.Bindings;
import dev.sluice.operator.resolve.resources.Grants;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Resolves the Gateways of an installation. The oldest comes first everywhere, and then the alphabet, so that the
/// same resources give the same result in whatever order they arrive.
public final class Resolver {

    private final List<HTTPRoute> routes;
    private final ListenerResolver listeners;
    private final Attachment attachment;
    private final RuleResolver rules;

    private Resolver(Resources resources, Installation installation) {
        Grants grants = new Grants(resources.all(ReferenceGrant.class));
        Bindings bindings = new Bindings(resources.all(InferenceModel.class));
        Backends backends = new Backends(resources, grants, installation, bindings);
        this.routes = resources.all(HTTPRoute.class).stream()
                .sorted(Resources.OLDEST_FIRST)
                .toList();
        this.listeners = new ListenerResolver(
                new CertificateRefs(resources.all(Secret.class), grants), installation.standalone());
        this.attachment = new Attachment(resources.all(Namespace.class));
        this.rules = new RuleResolver(backends, new Moves(bindings, backends, grants, installation.standalone()));
    }

    /// Every Gateway of the installation's classes, the oldest first.
    public static List<ResolvedGateway> resolve(Resources resources, Installation installation) {
        Resolver resolver = new Resolver(resources, installation);
        GatewayClasses classes = new GatewayClasses(resources.all(GatewayClass.class), installation);
        return resources.all(Gateway.class).stream()
                .filter(classes::isOurs)
                .sorted(Resources.OLDEST_FIRST)
                .map(resolver::gateway)
                .toList();
    }

    private ResolvedGateway gateway(Gateway gateway) {
        List<CheckedListener> checked = listeners.check(gateway);
        List<RouteParent> parents = new ArrayList<>();
        for (HTTPRoute route : routes) {
            for (ParentReference ref : Resources.orEmpty(route.getSpec().getParentRefs())) {
                if (Attachment.names(ref, route, gateway)) {
                    parents.add(
                            new RouteParent(route, ref, attachment.of(route, ref, gateway, checked), rules.of(route)));
                }
            }
        }
        List<ResolvedListener> resolved = checked.stream()
                .map(listener -> new ResolvedListener(
                        listener.spec(),
                        listener.certificates(),
                        listener.fault(),
                        listener.kinds(),
                        routes(listener.spec(), parents)))
                .toList();
        return new ResolvedGateway(gateway, resolved, parents);
    }

    /// The routes that attach to a listener, each once, by whatever parentRefs they do so.
    private static List<ResolvedRoute> routes(Listener listener, List<RouteParent> parents) {
        SequencedMap<String, ResolvedRoute> routes = new LinkedHashMap<>();
        for (RouteParent parent : parents) {
            if (parent.acceptance() instanceof Acceptance.Accepted(List<String> names)
                    && names.contains(listener.getName())) {
                List<String> hostnames = Hostnames.intersect(
                        Hostnames.of(listener), parent.route().getSpec().getHostnames());
                routes.put(
                        Resources.name(parent.route()), new ResolvedRoute(parent.route(), hostnames, parent.rules()));
            }
        }
        return List.copyOf(routes.values());
    }
}
