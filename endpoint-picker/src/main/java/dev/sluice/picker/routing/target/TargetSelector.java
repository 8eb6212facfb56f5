package dev.sluice.picker.routing.target;

import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.choice.Rendezvous;
import dev.sluice.picker.choice.WeightedChoice;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Affinity;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.session.SessionTokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses the target of a request: round robin by weight, or the session's own where the model keeps sessions. A
/// target that no server lists gets nothing as long as another one is served.
public final class TargetSelector {
    private final RoundCounters rounds = new RoundCounters();
    private final @Nullable SessionTokens tokens;

    private final Pools pools;

    /// @param tokens null for a picker that keeps no sessions
    public TargetSelector(Pools pools, @Nullable SessionTokens tokens) {
        this.pools = pools;
        this.tokens = tokens;
    }

    /// @param bindings the pools that the request may go to; empty when that is only its route's
    /// @param seed uniformly distributed
    public TargetChoice choice(InferenceRequest request, PublishedModel model, List<PoolBinding> bindings, long seed) {
        boolean divided = model.targets().size() > 1;
        List<WeightedTarget> ways = served(request, model, bindings);
        SessionAttempt sessionAttempt = sessionAttempt(request, model, bindings);
        if (sessionAttempt != null && sessionAttempt.continues()) {
            return new TargetChoice(
                    model.target(ofSession(ways, sessionAttempt.id())), divided, sessionAttempt.id(), sessionAttempt);
        }
        WeightedTarget way = ways.size() > 1
                ? WeightedChoice.inTurn(ways, WeightedTarget::weight, rounds.next(request.pool(), model.name()))
                : ways.getFirst();
        if (sessionAttempt == null) {
            return new TargetChoice(model.target(way), divided, seed, null);
        }
        long id = Rendezvous.keyFor(way, ways, WeightedTarget::weight, TargetSelector::identity, seed);
        return new TargetChoice(model.target(ofSession(ways, id)), divided, id, sessionAttempt.begun(id));
    }

    /// Previews the choice without counting it: the session's target where a session decides, else a likely one.
    public TargetChoice preview(InferenceRequest request, PublishedModel model, List<PoolBinding> bindings, long seed) {
        SessionAttempt sessionAttempt = sessionAttempt(request, model, bindings);
        long hash = sessionAttempt != null && sessionAttempt.continues() ? sessionAttempt.id() : seed;
        List<WeightedTarget> ways = served(request, model, bindings);
        return TargetChoice.only(model.target(ofSession(ways, hash)), hash);
    }

    private @Nullable SessionAttempt sessionAttempt(
            InferenceRequest request, PublishedModel model, List<PoolBinding> bindings) {
        Affinity affinity = model.affinity();
        return affinity == null || tokens == null
                ? null
                : SessionAttempt.of(request, model, affinity, bindings, tokens);
    }

    /// The targets that a server serves, as far as is known; all of them where none is, or where those have no weight.
    private List<WeightedTarget> served(InferenceRequest request, PublishedModel model, List<PoolBinding> bindings) {
        if (model.targets().size() == 1) {
            return model.targets();
        }
        List<WeightedTarget> served = null;
        for (WeightedTarget way : model.targets()) {
            if (!isServed(way, request, bindings)) {
                served = served == null ? new ArrayList<>(model.targets()) : served;
                served.remove(way);
            }
        }
        return served == null || served.stream().allMatch(way -> way.weight() == 0) ? model.targets() : served;
    }

    private boolean isServed(WeightedTarget way, InferenceRequest request, List<PoolBinding> bindings) {
        if (bindings.isEmpty()) {
            return isServed(way, pools.find(request.pool()));
        }
        for (PoolBinding binding : bindings) {
            if (isServed(way, pools.find(binding.pool()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isServed(WeightedTarget way, @Nullable PoolSnapshot pool) {
        if (pool == null || pool.size() == 0) {
            // Nothing tells of what it will serve.
            return true;
        }
        ModelName adapter = way.adapter();
        return adapter == null ? pool.isServingBase(way.served().value()) : pool.isServing(adapter.value());
    }

    private static WeightedTarget ofSession(List<WeightedTarget> ways, long id) {
        return ways.size() == 1
                ? ways.getFirst()
                : Rendezvous.choose(ways, WeightedTarget::weight, TargetSelector::identity, id);
    }

    private static long identity(WeightedTarget way) {
        ModelName adapter = way.adapter();
        return ((long) way.served().value().hashCode() << Integer.SIZE)
                ^ (adapter == null ? 0 : adapter.value().hashCode());
    }
}
