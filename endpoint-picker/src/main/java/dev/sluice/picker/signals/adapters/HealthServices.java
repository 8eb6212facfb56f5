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

/// What the gRPC health services of some names at one server say.
///
/// They are watched, so that a change is known at once; a server that does not offer that is asked at each round.
/// A watch that is silent may be one whose server has gone: at each round the server is asked for its own health,
/// and whatever it answers shows that the watches are good.
///
/// Everything happens on the event loop that the channel calls back on.
final class HealthServices {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /// The server as a whole.
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

    /// Asks for all that is not being watched.
    void round(long now) {
        began = now;
        faultTold = false;
        // Its own pauses grow to two minutes, in which a server that is back would not be heard.
        channel.resetConnectBackoff();
        if (watchOffered) {
            names.stream().filter(watched::add).forEach(this::watch);
            check(SERVER);
        } else {
            names.forEach(this::check);
        }
    }

    /// The statuses; all are forgotten when the server has not been heard at `oldest` or later.
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
                    // Another server may be there next time.
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

    /// Hears what is said of one name.
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
