package dev.sluice.picker.app.server;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;

/// The picker's gRPC health services: alive from the start, ready once it knows its pools, not while it stops.
public final class Health {
    private static final String LIVENESS = "liveness";
    /// The empty name is the server as a whole; Envoy asks for the service that it calls, and the probes of manifests
    /// that were written for upstream's pickers ask for the last.
    private static final List<String> READINESS =
            List.of("", "readiness", "envoy.service.ext_proc.v3.ExternalProcessor", "inference-extension");

    private final HealthStatusManager statuses = new HealthStatusManager();
    private volatile boolean ready;

    public Health() {
        statuses.setStatus(LIVENESS, ServingStatus.SERVING);
        set(false);
    }

    BindableService service() {
        return statuses.getHealthService();
    }

    public boolean isReady() {
        return ready;
    }

    public void set(boolean nowReady) {
        ready = nowReady;
        READINESS.forEach(
                name -> statuses.setStatus(name, nowReady ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
    }
}
