package dev.sluice.operator.reconcile;

import dev.sluice.operator.telemetry.Meters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.function.BooleanSupplier;

/// Writes what is said of resources, and tells their owners of what is new and needs them.
final class StatusWriter {

    private final KubernetesClient client;
    private final EventRecorder events;
    private final Meters meters;
    private final BooleanSupplier leading;

    StatusWriter(KubernetesClient client, EventRecorder events, Meters meters, BooleanSupplier leading) {
        this.client = client;
        this.events = events;
        this.meters = meters;
        this.leading = leading;
    }

    /// Writes a status upon exactly that version of the object: entries that others have written since are not lost,
    /// because then nothing is written.
    ///
    /// @return false when the object has changed or gone
    <T extends HasMetadata> boolean write(T object, Class<T> kind, Object before, Object status) {
        if (!leading.getAsBoolean()) {
            return false;
        }
        String name = HasMetadata.getKind(kind);
        try {
            client.resource(Trees.withStatus(object, kind, status)).updateStatus();
        } catch (KubernetesClientException refused) {
            boolean changed = refused.getCode() == HttpURLConnection.HTTP_CONFLICT
                    || refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
            meters.write(name, changed ? Meters.Write.CONFLICT : Meters.Write.FAILED);
            if (changed) {
                return false;
            }
            throw refused;
        }
        meters.write(name, Meters.Write.WRITTEN);
        StatusConditions.of(Trees.of(status))
                .troublesSince(StatusConditions.of(Trees.of(before)))
                .forEach(trouble -> events.warn(object, trouble.reason(), trouble.message()));
        return true;
    }
}
