package dev.sluice.picker.extproc;

import dev.sluice.picker.model.PoolId;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;

/// Envoy's external processing service: one stream for each HTTP request, from its headers to the end of its
/// response.
public final class ExternalProcessorService implements BindableService {
    private static final Metadata.Key<String> POOL = Metadata.Key.of(Headers.POOL, Metadata.ASCII_STRING_MARSHALLER);

    private final Collaborators collaborators;
    private final ExchangeSettings settings;

    public ExternalProcessorService(Collaborators collaborators, ExchangeSettings settings) {
        this.collaborators = collaborators;
        this.settings = settings;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ProcessMethod.bind(this::begin);
    }

    private ServerCall.Listener<ProcessingRequest> begin(
            ServerCall<ProcessingRequest, ProcessingResponse> call, Metadata metadata) {
        String named = metadata.get(POOL);
        PoolId pool = named == null ? settings.defaultPool() : poolNamed(named);
        // Envoy paces the stream itself: what it sends is bounded by what it got back.
        call.request(Integer.MAX_VALUE);
        return new Exchange(call, pool, collaborators, settings);
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
