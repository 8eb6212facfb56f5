package dev.sluice.picker.signals.adapters;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The gRPC health services of a server, one for each of some names.
///
/// They are watched, so that a change is known at once. A server without Watch is checked in each round
/// instead. The server of a silent watch may be gone. Each round therefore checks the server's own health, and
/// any answer shows that the watches work.
///
/// Everything happens on the event loop that the channel calls back on.
final class HealthServices {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /// The name of the server's own health service.
    private static final String SERVER = "";

    private final ManagedChannel channel;
    private final HealthGrpc.HealthStub stub;
    private final Set<String> names;
    private final AdapterCheck.Listener listener;
    private final Map<String, ServingStatus> statuses = new HashMap<>();
    private final Set<String> watched = new HashSet<>();
    private boolean watchOffered = true;
    private long began;
    private long heard;
    private boolean faultTold;
    private boolean closed;

    HealthServices(ManagedChannel channel, Set<String> names, AdapterCheck.Listener listener) {
        this.channel = channel;
        this.stub = HealthGrpc.newStub(channel);
        this.names = Set.copyOf(names);
        this.listener = listener;
    }

    /// Checks every name that is not watched.
    void round(long now) {
        began = now;
        faultTold = false;
        // The channel's own pauses grow to two minutes, in which a restarted server would go unnoticed.
        channel.resetConnectBackoff();
        if (watchOffered) {
            names.stream().filter(watched::add).forEach(this::watch);
            check(SERVER);
        } else {
            names.forEach(this::check);
        }
    }

    /// The statuses by name; empty when the server has not answered since `oldest`.
    Map<String, ServingStatus> since(long oldest) {
        if (heard - oldest < 0) {
            statuses.clear();
        }
        return statuses;
    }

    void close() {
        closed = true;
        channel.shutdownNow();
    }

    private void watch(String name) {
        stub.watch(request(name), new HealthAnswers(name) {
            @Override
            public void onError(Throwable cause) {
                ended(cause);
            }

            @Override
            public void onCompleted() {
                ended(Status.UNAVAILABLE.withDescription("the watch has ended").asRuntimeException());
            }

            private void ended(Throwable cause) {
                watched.remove(name);
                if (closed) {
                    return;
                }
                if (Status.fromThrowable(cause).getCode() != Status.Code.UNIMPLEMENTED) {
                    fault(cause);
                } else if (watchOffered) {
                    watchOffered = false;
                    names.forEach(HealthServices.this::check);
                }
            }
        });
    }

    private void check(String name) {
        stub.withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).check(request(name), new HealthAnswers(name) {
            @Override
            public void onError(Throwable cause) {
                if (closed) {
                    return;
                }
                if (Status.fromThrowable(cause).getCode() == Status.Code.NOT_FOUND) {
                    heard(name, ServingStatus.SERVICE_UNKNOWN);
                } else {
                    // A restarted server may offer Watch.
                    watchOffered = true;
                    fault(cause);
                }
            }

            @Override
            public void onCompleted() {}
        });
    }

    private void heard(String name, ServingStatus status) {
        heard = began;
        if (!name.equals(SERVER)) {
            statuses.put(name, status);
        }
        listener.answered();
    }

    private void fault(Throwable cause) {
        if (!faultTold) {
            faultTold = true;
            listener.failed(cause);
        }
    }

    private static HealthCheckRequest request(String name) {
        return HealthCheckRequest.newBuilder().setService(name).build();
    }

    /// The answers about a name.
    private abstract class HealthAnswers implements StreamObserver<HealthCheckResponse> {
        private final String name;

        HealthAnswers(String name) {
            this.name = name;
        }

        @Override
        public void onNext(HealthCheckResponse response) {
            if (!closed) {
                heard(name, response.getStatus());
            }
        }
    }
}
