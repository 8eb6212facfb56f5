package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.Outcome;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;

/// The answers that end a request: upstream's statuses and bodies, and a `details` for the proxy's access log.
final class Refusals {
    /// When to try again where no load can be predicted: about as long as a pod takes to become ready or a watch to
    /// sync.
    private static final String RETRY_SOON = "5";

    private Refusals() {}

    static ProcessingResponse refuse(Outcome outcome, String message) {
        HeaderMutation.Builder headers =
                HeaderMutation.newBuilder().addSetHeaders(Replies.set(Headers.CONTENT_TYPE, "text/plain"));
        if (outcome.status() == StatusCode.ServiceUnavailable_VALUE) {
            headers.addSetHeaders(Replies.set(Headers.RETRY_AFTER, RETRY_SOON));
            headers.addSetHeaders(Replies.set(Headers.DROPPED_REASON, "rejected-no-endpoints"));
        }
        return ProcessingResponse.newBuilder()
                .setImmediateResponse(ImmediateResponse.newBuilder()
                        .setStatus(HttpStatus.newBuilder().setCodeValue(outcome.status()))
                        .setHeaders(headers)
                        .setBody(ByteString.copyFromUtf8("inference error: " + code(outcome) + " - " + message))
                        .setDetails("sluice_" + outcome.label()))
                .build();
    }

    /// An answer of the picker's own, in JSON.
    static ProcessingResponse json(Outcome outcome, String body) {
        return ProcessingResponse.newBuilder()
                .setImmediateResponse(ImmediateResponse.newBuilder()
                        .setStatus(HttpStatus.newBuilder().setCodeValue(outcome.status()))
                        .setHeaders(HeaderMutation.newBuilder()
                                .addSetHeaders(Replies.set(Headers.CONTENT_TYPE, "application/json")))
                        .setBody(ByteString.copyFromUtf8(body))
                        .setDetails("sluice_" + outcome.label()))
                .build();
    }

    private static String code(Outcome outcome) {
        return switch (outcome) {
            case BAD_REQUEST -> "BadRequest";
            case UNKNOWN_MODEL -> "NotFound";
            case BODY_TIMEOUT -> "RequestTimeout";
            case BODY_TOO_LARGE -> "PayloadTooLarge";
            case NO_ENDPOINTS, SUBSET_EMPTY, UNKNOWN_POOL, ADAPTER_NOT_SERVING -> "ServiceUnavailable";
            case COMPLETED, ENGINE_ERROR, CANCELLED, INTERNAL -> "Internal";
        };
    }
}
