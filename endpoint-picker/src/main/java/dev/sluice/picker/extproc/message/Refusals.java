package dev.sluice.picker.extproc.message;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.reply.ErrorBody;
import dev.sluice.picker.payload.reply.ErrorFormat;
import dev.sluice.picker.request.Outcome;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The answers that end a request: upstream's statuses, bodies in the client's form, and a `details` for the proxy's
/// access log.
public final class Refusals {
    /// The seconds until a new attempt where no load can be predicted: about as long as a pod takes to become
    /// ready or a watch to sync.
    private static final String RETRY_SOON = "5";

    private Refusals() {}

    /// @param format the client's
    /// @param retryAfter as predicted, or null
    public static ProcessingResponse refuse(
            ErrorFormat format, Outcome outcome, String message, @Nullable Duration retryAfter) {
        return immediate(
                outcome,
                format.contentType(),
                error(outcome, message, retryAfter).in(format),
                retryAfter);
    }

    public static ErrorBody error(Outcome outcome, String message, @Nullable Duration retryAfter) {
        return new ErrorBody(outcome, message, droppedReason(outcome), retryAfter);
    }

    /// @param retryAfter as predicted, or null
    static ProcessingResponse immediate(
            Outcome outcome, String contentType, String body, @Nullable Duration retryAfter) {
        HeaderMutation.Builder headers =
                HeaderMutation.newBuilder().addSetHeaders(Replies.set(Headers.CONTENT_TYPE, contentType));
        String dropped = droppedReason(outcome);
        if (dropped != null) {
            headers.addSetHeaders(Replies.set(
                    Headers.RETRY_AFTER,
                    retryAfter == null ? RETRY_SOON : Long.toString(ErrorBody.seconds(retryAfter))));
            headers.addSetHeaders(Replies.set(Headers.DROPPED_REASON, dropped));
        }
        return ProcessingResponse.newBuilder()
                .setImmediateResponse(ImmediateResponse.newBuilder()
                        .setStatus(HttpStatus.newBuilder().setCodeValue(outcome.status()))
                        .setHeaders(headers)
                        .setBody(ByteString.copyFromUtf8(body))
                        .setDetails("sluice_" + outcome.label()))
                .build();
    }

    /// Upstream's name for why a request that was in order is not served, or null.
    static @Nullable String droppedReason(Outcome outcome) {
        return switch (outcome) {
            case NO_ENDPOINTS, SUBSET_EMPTY, UNKNOWN_POOL, ADAPTER_NOT_SERVING -> "rejected-no-endpoints";
            case QUEUE_FULL, SHED, OBJECTIVE_UNREACHABLE, MEMORY_FULL -> "rejected-saturated";
            case QUEUE_TIMEOUT -> "rejected-ttl-expired";
            case QUEUE_EVICTED -> "evicted-queue-pressure";
            case PREEMPTED -> "evicted-priority";
            case SHUTTING_DOWN -> "rejected-shutting-down";
            case BAD_REQUEST,
                    UNKNOWN_MODEL,
                    BODY_TIMEOUT,
                    BODY_TOO_LARGE,
                    COMPLETED,
                    ENGINE_ERROR,
                    ENGINE_ERROR_IN_STREAM,
                    CANCELLED,
                    INTERNAL -> null;
        };
    }

    /// An answer of the picker's own, in JSON.
    public static ProcessingResponse json(Outcome outcome, String body) {
        return immediate(outcome, "application/json", body, null);
    }
}
