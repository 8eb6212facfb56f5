package dev.sluice.operator.reconcile;

import dev.sluice.operator.plan.Revisions;
import dev.sluice.operator.resolve.resources.Resources;
import dev.sluice.operator.telemetry.Meters;
import dev.sluice.operator.translate.World;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes to HTTPRoutes of another gateway which revision of them Sluice serves.
///
/// Envoy Gateway asks anew when what it watches has changed, which is not all that Sluice goes by: a policy, or a
/// Service of a picker; and it may ask before Sluice has seen a change. An annotation is what it watches too.
final class RouteRevisions {

    private static final Logger LOG = LoggerFactory.getLogger(RouteRevisions.class);

    private final KubernetesClient client;
    private final Meters meters;

    RouteRevisions(KubernetesClient client, Meters meters) {
        this.client = client;
        this.meters = meters;
    }

    /// @return false when something could not be written
    boolean converge(World world) {
        Map<String, String> wanted = Revisions.of(world.plan());
        boolean done = true;
        for (HTTPRoute route : world.resources().all(HTTPRoute.class)) {
            String revision = wanted.get(Resources.name(route));
            if (route.getMetadata().getDeletionTimestamp() == null && !Objects.equals(revision, written(route))) {
                done &= write(route, revision);
            }
        }
        return done;
    }

    private static @Nullable String written(HTTPRoute route) {
        Map<String, String> annotations = route.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(Revisions.ANNOTATION);
    }

    private boolean write(HTTPRoute route, @Nullable String revision) {
        String value = revision == null ? "null" : "\"" + revision + "\"";
        try {
            var _ = client.resources(HTTPRoute.class)
                    .inNamespace(route.getMetadata().getNamespace())
                    .withName(route.getMetadata().getName())
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"annotations\":{\"%s\":%s}}}".formatted(Revisions.ANNOTATION, value));
            meters.write("HTTPRoute", Meters.Write.WRITTEN);
            return true;
        } catch (KubernetesClientException failed) {
            if (failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return true;
            }
            meters.write("HTTPRoute", Meters.Write.FAILED);
            LOG.atWarn()
                    .addKeyValue("route", Resources.name(route))
                    .addKeyValue("failure", failed.getMessage())
                    .log("Cannot write to an HTTPRoute: Envoy Gateway may go on with an older configuration of it");
            return false;
        }
    }
}
