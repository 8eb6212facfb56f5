package dev.sluice.picker.signals.adapters;

import dev.sluice.picker.pool.AdapterState;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one server has said of the models and adapters it serves.
///
/// @param health its gRPC health services, by name; empty when it has not answered
/// @param models the names in its list of models; null when it has not given one
record AdapterEvidence(
        Map<String, ServingStatus> health, @Nullable Set<String> models) {

    /// What that means for each adapter. A health service that knows the adapter counts more than the list of models,
    /// in which an adapter may stand that cannot be used.
    Map<String, AdapterState> judge(Set<String> adapters) {
        Map<String, AdapterState> states = new HashMap<>();
        for (String adapter : adapters) {
            AdapterState told = byHealth(adapter);
            states.put(adapter, isAnswer(told) ? told : byModels(adapter, told));
        }
        return states;
    }

    private static boolean isAnswer(AdapterState told) {
        return told == AdapterState.SERVING || told == AdapterState.NOT_SERVING;
    }

    /// A server whose health services know no model's name at all is one that has them for itself only, so that it
    /// says nothing of an adapter; one that knows some does not have those that it does not know.
    private AdapterState byHealth(String adapter) {
        return switch (health.getOrDefault(adapter, ServingStatus.UNKNOWN)) {
            case SERVING -> AdapterState.SERVING;
            case NOT_SERVING -> AdapterState.NOT_SERVING;
            case SERVICE_UNKNOWN ->
                health.containsValue(ServingStatus.SERVING) || health.containsValue(ServingStatus.NOT_SERVING)
                        ? AdapterState.ABSENT
                        : AdapterState.UNKNOWN;
            case UNKNOWN, UNRECOGNIZED -> AdapterState.UNKNOWN;
        };
    }

    private AdapterState byModels(String adapter, AdapterState otherwise) {
        if (models == null) {
            return otherwise;
        }
        return models.contains(adapter) ? AdapterState.SERVING : AdapterState.ABSENT;
    }
}
