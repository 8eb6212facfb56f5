package dev.sluice.picker.extproc;

import dev.sluice.picker.model.PoolId;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/// Envoy's external processing service: one stream for each HTTP request, from its headers to the end of its
/// response.
public final class ExternalProcessorService extends ExternalProcessorGrpc.ExternalProcessorImplBase {
    private static final Metadata.Key<String> POOL_KEY =
            Metadata.Key.of(Headers.POOL, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> POOL = Context.key(Headers.POOL);

    private final Collaborators collaborators;
    private final ExchangeSettings settings;

    public ExternalProcessorService(Collaborators collaborators, ExchangeSettings settings) {
        this.collaborators = collaborators;
        this.settings = settings;
    }

    /// Hands the pool that a stream's metadata names on to [#process]; the service does not work without it.
    public static ServerInterceptor poolFromMetadata() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
                String pool = metadata.get(POOL_KEY);
                return pool == null
                        ? next.startCall(call, metadata)
                        : Contexts.interceptCall(Context.current().withValue(POOL, pool), call, metadata, next);
            }
        };
    }

    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> envoy) {
        String named = POOL.get();
        PoolId pool = named == null ? settings.defaultPool() : poolNamed(named);
        Exchange exchange =
                new Exchange((ServerCallStreamObserver<ProcessingResponse>) envoy, pool, collaborators, settings);
        exchange.start();
        return exchange;
    }

    /// What is no pool's name is taken for that of a pool nobody knows: the request gets a refusal, not a broken
    /// stream.
    private static PoolId poolNamed(String name) {
        try {
            return PoolId.parse(name);
        } catch (IllegalArgumentException _) {
            return new PoolId("", name);
        }
    }
}
