package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.model.Affinity;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.session.SessionTokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses the target of a request: round robin by weight, or the session's own where the model keeps sessions.
final class TargetSelector {
    private final RoundCounters rounds = new RoundCounters();
    private final @Nullable SessionTokens tokens;

    /// @param tokens null for a picker that keeps no sessions
    TargetSelector(@Nullable SessionTokens tokens) {
        this.tokens = tokens;
    }

    /// @param bindings the pools that the request may go to; empty when that is only its route's
    /// @param seed uniformly distributed
    TargetChoice choice(InferenceRequest request, PublishedModel model, List<PoolBinding> bindings, long seed) {
        List<WeightedTarget> ways = model.targets();
        boolean divided = ways.size() > 1;
        SessionAttempt sessionAttempt = sessionAttempt(request, model, bindings);
        if (sessionAttempt != null && sessionAttempt.continues()) {
            return new TargetChoice(
                    model.target(ofSession(ways, sessionAttempt.id())), divided, sessionAttempt.id(), sessionAttempt);
        }
        WeightedTarget way = divided
                ? Shares.inTurn(ways, WeightedTarget::weight, rounds.next(request.pool(), model.name()))
                : ways.getFirst();
        if (sessionAttempt == null) {
            return new TargetChoice(model.target(way), divided, seed, null);
        }
        long id = Shares.sessionFor(way, ways, WeightedTarget::weight, TargetSelector::identity, seed);
        return new TargetChoice(model.target(ofSession(ways, id)), divided, id, sessionAttempt.begun(id));
    }

    /// Previews the choice without counting it: the session's target where a session decides, else a likely one.
    TargetChoice preview(InferenceRequest request, PublishedModel model, List<PoolBinding> bindings, long seed) {
        SessionAttempt sessionAttempt = sessionAttempt(request, model, bindings);
        long hash = sessionAttempt != null && sessionAttempt.continues() ? sessionAttempt.id() : seed;
        return TargetChoice.only(model.target(ofSession(model.targets(), hash)), hash);
    }

    private @Nullable SessionAttempt sessionAttempt(
            InferenceRequest request, PublishedModel model, List<PoolBinding> bindings) {
        Affinity affinity = model.affinity();
        return affinity == null || tokens == null
                ? null
                : SessionAttempt.of(request, model, affinity, bindings, tokens);
    }

    private static WeightedTarget ofSession(List<WeightedTarget> ways, long id) {
        return ways.size() == 1
                ? ways.getFirst()
                : Shares.bySession(ways, WeightedTarget::weight, TargetSelector::identity, id);
    }

    private static long identity(WeightedTarget way) {
        ModelName adapter = way.adapter();
        return ((long) way.served().value().hashCode() << Integer.SIZE)
                ^ (adapter == null ? 0 : adapter.value().hashCode());
    }
}
