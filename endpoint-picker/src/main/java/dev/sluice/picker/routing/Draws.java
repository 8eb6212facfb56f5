package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Home;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.model.Affinity;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.session.SessionTokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws the target of a request among those of its model: in turn, or where its model keeps sessions, the one of its
/// session.
final class Draws {
    private final Turns turns = new Turns();
    private final @Nullable SessionTokens tokens;

    /// @param tokens null for a picker that keeps no sessions
    Draws(@Nullable SessionTokens tokens) {
        this.tokens = tokens;
    }

    /// @param homes the pools that the request may go to; empty when that is only its route's
    /// @param seed uniformly distributed
    Draw draw(InferenceRequest request, PublishedModel model, List<Home> homes, long seed) {
        List<WeightedTarget> ways = model.targets();
        boolean divided = ways.size() > 1;
        Visit visit = visit(request, model, homes);
        if (visit != null && visit.continues()) {
            return new Draw(model.target(ofSession(ways, visit.id())), divided, visit.id(), visit);
        }
        WeightedTarget way = divided
                ? Shares.inTurn(ways, WeightedTarget::weight, turns.next(request.pool(), model.name()))
                : ways.getFirst();
        if (visit == null) {
            return new Draw(model.target(way), divided, seed, null);
        }
        long id = Shares.sessionFor(way, ways, WeightedTarget::weight, Draws::identity, seed);
        return new Draw(model.target(ofSession(ways, id)), divided, id, visit.begun(id));
    }

    /// What [#draw] may come to, without a turn's being taken: where the request's session decides, what it does.
    Draw foresee(InferenceRequest request, PublishedModel model, List<Home> homes, long seed) {
        Visit visit = visit(request, model, homes);
        long lot = visit != null && visit.continues() ? visit.id() : seed;
        return Draw.only(model.target(ofSession(model.targets(), lot)), lot);
    }

    private @Nullable Visit visit(InferenceRequest request, PublishedModel model, List<Home> homes) {
        Affinity affinity = model.affinity();
        return affinity == null || tokens == null ? null : Visit.of(request, model, affinity, homes, tokens);
    }

    private static WeightedTarget ofSession(List<WeightedTarget> ways, long id) {
        return ways.size() == 1 ? ways.getFirst() : Shares.bySession(ways, WeightedTarget::weight, Draws::identity, id);
    }

    private static long identity(WeightedTarget way) {
        ModelName adapter = way.adapter();
        return ((long) way.served().value().hashCode() << Integer.SIZE)
                ^ (adapter == null ? 0 : adapter.value().hashCode());
    }
}
