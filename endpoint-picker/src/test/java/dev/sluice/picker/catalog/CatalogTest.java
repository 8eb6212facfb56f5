package dev.sluice.picker.catalog;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private static final ModelName CHAT = new ModelName("chat");
    private static final ModelName V1 = new ModelName("llama-v1");
    private static final ModelName V2 = new ModelName("llama-v2");

    private static Catalog chatServedBy(WeightedTarget... targets) {
        return new Catalog(Map.of(POOL, List.of(new PublishedModel(CHAT, List.of(targets)))));
    }

    private static Map<ModelName, Integer> shares(Catalog catalog, int seeds) {
        Map<ModelName, Integer> shares = new HashMap<>();
        for (long seed = 0; seed < seeds; seed++) {
            shares.merge(served(catalog, seed), 1, Integer::sum);
        }
        return shares;
    }

    private static ModelName served(Catalog catalog, long seed) {
        return switch (catalog.resolve(POOL, CHAT, seed)) {
            case Resolution.Resolved(Target target) -> target.served();
            case Resolution.Unpublished unpublished -> throw new AssertionError(unpublished);
        };
    }

    @Test
    void aPoolWithoutModelsPassesEveryNameThrough() {
        assertThat(Catalog.EMPTY.resolve(POOL, CHAT, 1)).isEqualTo(new Resolution.Resolved(Target.asIs(CHAT)));
        assertThat(new Catalog(Map.of(POOL, List.of())).resolve(POOL, CHAT, 1))
                .isEqualTo(new Resolution.Resolved(Target.asIs(CHAT)));
        assertThat(Catalog.EMPTY.published(POOL)).isEmpty();
    }

    @Test
    void targetsAreChosenExactlyByWeight() {
        Catalog catalog = chatServedBy(new WeightedTarget(V1, null, 90), new WeightedTarget(V2, null, 10));
        assertThat(shares(catalog, 1_000)).isEqualTo(Map.of(V1, 900, V2, 100));
        assertThat(served(catalog, -1)).isIn(V1, V2);
        assertThat(served(catalog, Long.MIN_VALUE)).isIn(V1, V2);
    }

    @Test
    void aWeightOfZeroReceivesNothing() {
        Catalog catalog = chatServedBy(new WeightedTarget(V1, null, 0), new WeightedTarget(V2, null, 3));
        assertThat(shares(catalog, 300)).isEqualTo(Map.of(V2, 300));
    }

    @Test
    void whenAllWeightsAreZeroTheSharesAreEqual() {
        Catalog catalog = chatServedBy(new WeightedTarget(V1, null, 0), new WeightedTarget(V2, null, 0));
        assertThat(shares(catalog, 300)).isEqualTo(Map.of(V1, 150, V2, 150));
    }

    @Test
    void aTargetCarriesItsAdapter() {
        Catalog catalog = chatServedBy(new WeightedTarget(V1, V1, 1));
        assertThat(catalog.resolve(POOL, CHAT, 0)).isEqualTo(new Resolution.Resolved(new Target(CHAT, V1, V1)));
    }

    @Test
    void anUnpublishedNameGetsTheSortedPublishedOnes() {
        Catalog catalog = new Catalog(Map.of(
                POOL,
                List.of(
                        new PublishedModel(V2, List.of(new WeightedTarget(V2, null, 1))),
                        new PublishedModel(V1, List.of(new WeightedTarget(V1, null, 1))))));
        assertThat(catalog.resolve(POOL, CHAT, 0)).isEqualTo(new Resolution.Unpublished(CHAT, List.of(V1, V2)));
        assertThat(catalog.resolve(new PoolId("ml", "other"), CHAT, 0))
                .isEqualTo(new Resolution.Resolved(Target.asIs(CHAT)));
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
}
