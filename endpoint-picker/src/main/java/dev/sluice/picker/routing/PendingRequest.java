package dev.sluice.picker.routing;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.request.InferenceRequest;
import java.util.function.Supplier;

/// A request on its way through the [Router]: the same object from parsed to placed, however often it waits.
///
/// Its stage holds all that was found so far. It is not thread-safe: its [Resumption] orders what other threads
/// want of it.
public final class PendingRequest {
    private final InferenceRequest request;
    private final PromptBody body;
    private final Resumption resumption;
    private final long seed;
    private long readyNanos;
    private RequestStage stage = new RequestStage.NotRouted();

    /// @param readyNanos when all was there that its routing needs, by the ticker
    public PendingRequest(InferenceRequest request, PromptBody body, long readyNanos, Resumption resumption) {
        this.request = request;
        this.body = body;
        this.resumption = resumption;
        this.readyNanos = readyNanos;
        this.seed = seed(request.id(), request.arrivedNanos());
    }

    /// The seed of a request's random choices, uniformly distributed.
    static long seed(String requestId, long arrivedNanos) {
        return Hashing.mix(requestId.hashCode() * Hashing.GOLDEN + arrivedNanos);
    }

    public InferenceRequest request() {
        return request;
    }

    /// The time when all was there that its routing needs: the request itself, or its dispatch.
    public long readyNanos() {
        return readyNanos;
    }

    /// Cancels a wait, if the request is in one: the request has ended.
    public void cancel() {
        if (stage instanceof Routing.Waiting wait) {
            wait.cancel();
        }
    }

    /// Counts how much of the request's body is held by now, where it is queued. Where that is too much, the request
    /// is resumed with a refusal, as when it has waited for too long.
    ///
    /// @param most bytes that one request may hold
    public void hold(long bytes, long most) {
        if (stage instanceof Routing.Queued queued) {
            queued.entry().hold(bytes, most);
        }
    }

    PromptBody body() {
        return body;
    }

    long seed() {
        return seed;
    }

    RequestStage stage() {
        return stage;
    }

    boolean resume(Supplier<Routing> step) {
        return resumption.resume(step);
    }

    /// The request has left its queue at this time.
    void left(long nowNanos) {
        readyNanos = nowNanos;
    }

    /// Enters the stage that a step has reached; without effect where the request is beyond it already. That is
    /// so where the step began a wait that ended before the step returned, as that of a
    /// [dev.sluice.picker.prompt.Tokenization] may.
    void enter(RequestStage next) {
        if (!(stage instanceof Routing)) {
            move(next);
        }
    }

    /// Enters the stage that the end of a wait has reached.
    void reach(RequestStage next) {
        move(next);
    }

    /// A step has failed, and the request goes no further.
    void abandon() {
        move(new RequestStage.NotRouted());
    }

    /// A permit goes with the request to its placement; it is returned where the request goes anywhere else.
    private void move(RequestStage next) {
        RequestStage before = stage;
        stage = next;
        if (before instanceof RequestStage.Permitted held
                && !(next instanceof RequestStage.Permitted || next instanceof Routing.Placed)) {
            held.permit().returned();
        }
    }
}
