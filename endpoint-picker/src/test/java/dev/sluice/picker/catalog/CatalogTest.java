package dev.sluice.picker.catalog;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.request.ModelListing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private static final ModelName CHAT = new ModelName("chat");
    private static final ModelName V1 = new ModelName("llama-v1");
    private static final ModelName V2 = new ModelName("llama-v2");

    @Test
    void aPoolWithoutModelsPassesEveryNameThrough() {
        assertThat(Catalog.EMPTY.resolve(new RoutePools(POOL, List.of()), CHAT, 1))
                .isEqualTo(new Resolution.PassedThrough(Target.asIs(CHAT)));
        assertThat(new Catalog(Map.of(POOL, List.of())).resolve(new RoutePools(POOL, List.of()), CHAT, 1))
                .isEqualTo(new Resolution.PassedThrough(Target.asIs(CHAT)));
        assertThat(Catalog.EMPTY.published(POOL)).isEmpty();
    }

    @Test
    void aTargetCarriesItsAdapter() {
        PublishedModel model = new PublishedModel(CHAT, List.of(new WeightedTarget(V1, V1, 1)));
        assertThat(new Catalog(Map.of(POOL, List.of(model))).resolve(new RoutePools(POOL, List.of()), CHAT, 0))
                .isEqualTo(new Resolution.Resolved(model));
        assertThat(model.target(model.targets().getFirst())).isEqualTo(new Target(CHAT, V1, V1));
    }

    @Test
    void anUnpublishedNameGetsTheSortedPublishedOnes() {
        Catalog catalog = new Catalog(Map.of(
                POOL,
                List.of(
                        new PublishedModel(V2, List.of(new WeightedTarget(V2, null, 1))),
                        new PublishedModel(V1, List.of(new WeightedTarget(V1, null, 1))))));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of()), CHAT, 0))
                .isEqualTo(new Resolution.Unpublished(CHAT, List.of(V1, V2)));
        assertThat(catalog.resolve(new RoutePools(new PoolId("ml", "other"), List.of()), CHAT, 0))
                .isEqualTo(new Resolution.PassedThrough(Target.asIs(CHAT)));
    }

    @Test
    void aModelThatCannotBeServedIsNotAccepted() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PublishedModel(CHAT, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new WeightedTarget(V1, null, -1));
        PublishedModel model = new PublishedModel(CHAT, List.of(new WeightedTarget(V1, null, 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Catalog(Map.of(POOL, List.of(model, model))))
                .withMessageContaining("chat");
    }

    private static PublishedModel chat(ModelName served, long created, PoolBinding... bindings) {
        return new PublishedModel(CHAT, List.of(new WeightedTarget(served, null, 1)), null, created, List.of(bindings));
    }

    private static final PoolId SECOND = new PoolId("ml", "second");
    private static final PoolId THIRD = new PoolId("ml", "third");

    @Test
    void aModelOfOtherPoolsIsMovedToThoseThatTheRouteAllows() {
        PublishedModel model = chat(V1, 0, new PoolBinding(SECOND, 0, 1), new PoolBinding(THIRD, 1, 1));
        Catalog catalog = new Catalog(Map.of(SECOND, List.of(model), THIRD, List.of(model)));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(SECOND)), CHAT, 0))
                .isEqualTo(new Resolution.Movable(model, List.of(new PoolBinding(SECOND, 0, 1))));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(THIRD, SECOND)), CHAT, 0))
                .isEqualTo(new Resolution.Movable(model, model.bindings()));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of()), CHAT, 0))
                .isEqualTo(new Resolution.PassedThrough(Target.asIs(CHAT)));
    }

    @Test
    void theRoutesOwnModelIsMovedOnlyAmongItsOwnPools() {
        PublishedModel own = chat(V1, 5, new PoolBinding(POOL, 0, 1), new PoolBinding(SECOND, 0, 1));
        PublishedModel foreign = chat(V2, 1, new PoolBinding(THIRD, 0, 1));
        Catalog catalog = new Catalog(Map.of(POOL, List.of(own), SECOND, List.of(own), THIRD, List.of(foreign)));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(SECOND, THIRD)), CHAT, 0))
                .isEqualTo(new Resolution.Movable(own, own.bindings()));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(THIRD)), CHAT, 0))
                .isEqualTo(new Resolution.Resolved(own));
        // An older InferenceModel has the name in the second pool.
        catalog = new Catalog(Map.of(POOL, List.of(own), SECOND, List.of(foreign)));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(SECOND)), CHAT, 0))
                .isEqualTo(new Resolution.Resolved(own));
    }

    @Test
    void aRouteOfSeveralPoolsHasChosenAmongThemItself() {
        PublishedModel both = chat(V1, 0, new PoolBinding(POOL, 1, 1), new PoolBinding(SECOND, 0, 1));
        Catalog catalog = new Catalog(Map.of(POOL, List.of(both), SECOND, List.of(both)));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(POOL, SECOND)), CHAT, 0))
                .isEqualTo(new Resolution.Resolved(both));
        // What its pool does not publish is moved all the same.
        PublishedModel one = chat(V1, 0, new PoolBinding(SECOND, 0, 1));
        catalog = new Catalog(Map.of(SECOND, List.of(one)));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(POOL, SECOND)), CHAT, 0))
                .isEqualTo(new Resolution.Movable(one, one.bindings()));
    }

    @Test
    void ofTwoModelsWithTheNameTheOlderIsMovedTo() {
        PublishedModel older = chat(V1, 1, new PoolBinding(THIRD, 0, 1));
        PublishedModel younger = chat(V2, 2, new PoolBinding(SECOND, 0, 1));
        Catalog catalog = new Catalog(Map.of(SECOND, List.of(younger), THIRD, List.of(older)));
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(SECOND, THIRD)), CHAT, 0))
                .isEqualTo(new Resolution.Movable(older, older.bindings()));
    }

    @Test
    void aRouteListsTheModelsOfAllItsPoolsOnce() {
        PublishedModel chat = chat(V1, 7, new PoolBinding(POOL, 0, 1), new PoolBinding(SECOND, 0, 1));
        PublishedModel v2 = new PublishedModel(V2, List.of(new WeightedTarget(V2, null, 1)), null, 3, List.of());
        Catalog catalog = new Catalog(Map.of(POOL, List.of(chat), SECOND, List.of(v2, chat)));
        assertThat(catalog.listed(new RoutePools(POOL, List.of(SECOND))))
                .containsExactly(new ModelListing(CHAT, 7), new ModelListing(V2, 3));
        assertThat(catalog.listed(new RoutePools(POOL, List.of()))).containsExactly(new ModelListing(CHAT, 7));
        assertThat(catalog.listed(new RoutePools(THIRD, List.of()))).isEmpty();
        ModelName gone = new ModelName("gone");
        assertThat(catalog.resolve(new RoutePools(POOL, List.of(SECOND)), gone, 0))
                .isEqualTo(new Resolution.Unpublished(gone, List.of(CHAT, V2)));
    }
}
