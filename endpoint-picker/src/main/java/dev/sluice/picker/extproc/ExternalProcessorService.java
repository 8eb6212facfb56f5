package dev.sluice.picker.extproc;

import dev.sluice.picker.model.Outcome;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;

/// Envoy's external processing service: one stream for each HTTP request, from its headers to the end of its
/// response.
public final class ExternalProcessorService implements BindableService {
    private final Collaborators collaborators;
    private final ExchangeSettings settings;
    private final Faults faults;

    public ExternalProcessorService(Collaborators collaborators, ExchangeSettings settings) {
        this.collaborators = collaborators;
        this.settings = settings;
        this.faults = new Faults(collaborators.meters());
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ProcessMethod.bind(this::begin);
    }

    private ServerCall.Listener<ProcessingRequest> begin(
            ServerCall<ProcessingRequest, ProcessingResponse> call, Metadata metadata) {
        // Envoy paces the stream itself: what it sends is bounded by what it got back.
        call.request(Integer.MAX_VALUE);
        try {
            return new Exchange(call, Route.of(metadata, settings.defaultPool()), collaborators, settings, faults);
        } catch (RuntimeException | Error fault) {
            faults.inRequest(fault);
            faults.survive(() -> collaborators.meters().ended(settings.defaultPool(), "", Outcome.INTERNAL, 0));
            call.close(Status.INTERNAL.withDescription("internal fault, see the picker's log"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }
}
