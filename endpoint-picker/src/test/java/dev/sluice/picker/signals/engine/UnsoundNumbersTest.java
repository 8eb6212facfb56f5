package dev.sluice.picker.signals.engine;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pools;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.routing.RouterBuilder;
import dev.sluice.picker.routing.Routing;
import dev.sluice.picker.signals.validation.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers that cannot be, from the engines' pages to the choice of an endpoint.
class UnsoundNumbersTest {
    private static final int ENDPOINTS = 4;
    private static final int REQUESTS = 400;
    private static final String PAGE = """
            vllm:num_requests_running{engine="0"} 4
            vllm:num_requests_waiting{engine="0"} 2
            vllm:kv_cache_usage_perc{engine="0"} 0.25
            vllm:cache_config_info{block_size="16",engine="0",num_gpu_blocks="27431"} 1
            vllm:prompt_tokens_total{engine="0"} 1000
            vllm:lora_requests_info{max_lora="4",running_lora_adapters="sql",waiting_lora_adapters=""} 17
            """;

    private final Pools pools = pools(PolicyKind.COST, many(ENDPOINTS, H100));
    private final List<Endpoint> endpoints = pools.all().get(POOL).endpoints();
    private final List<Rejection> rejected = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final EngineMetrics metrics = EngineMetrics.of(Engine.VLLM, new EngineMetrics.FirstTokens() {
        @Override
        public void generated(String model, long count, long nanos) {
            told.add(model + " " + count);
        }

        @Override
        public void restarted() {
            told.add("restarted");
        }

        @Override
        public void rejected(Rejection why) {
            rejected.add(why);
        }
    });

    private Signals read(String page) {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        metrics.begin();
        metrics.piece(bytes, 0, bytes.length);
        return metrics.end(0, 99);
    }

    private static String usage(String number) {
        return PAGE.replace("0.25", number);
    }

    /// How many of the requests, of which none ends, each endpoint gets.
    private Map<Integer, Integer> placed() {
        Router router = new RouterBuilder(pools).build();
        Map<Integer, Integer> placed = new HashMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            Routing routing = RouterBuilder.route(router, request("id-" + i, work(prompt(i, 20))));
            assertThat(routing).isInstanceOf(Routing.Placed.class);
            Endpoint endpoint = ((Routing.Placed) routing).placement().endpoint();
            placed.merge(endpoints.indexOf(endpoint), 1, Integer::sum);
        }
        return placed;
    }

    private void assertSpread() {
        assertThat(placed().values())
                .hasSize(ENDPOINTS)
                .allSatisfy(count -> assertThat(count).isBetween(REQUESTS / ENDPOINTS / 2, 2 * REQUESTS / ENDPOINTS));
    }

    @ParameterizedTest
    @CsvSource({"NaN, NOT_FINITE, 0", "+Inf, NOT_FINITE, 0", "-0.5, NEGATIVE, 0", "1e9, TOO_LARGE, 0", "87, CLAMPED, 1"
    })
    void theChoiceDoesNotCollapseWhereAllSayAnImpossibleUsage(String number, Rejection why, double used) {
        for (Endpoint endpoint : endpoints) {
            Signals said = read(usage(number));
            assertThat(said.kvCache().usage()).isEqualTo(used);
            assertThat(said.running()).as("what else is on the page counts").isEqualTo(4);
            endpoint.report(said);
        }
        assertThat(rejected).hasSize(ENDPOINTS).containsOnly(why);
        assertSpread();
    }

    @Test
    void anEndpointWhoseUsageIsNoNumberGetsRequestsLikeOthers() {
        endpoints.forEach(endpoint -> endpoint.report(read(usage("0.01"))));
        endpoints.getFirst().report(read(usage("NaN")));
        assertSpread();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "None", "", "-5", "NaN", "1e30", "99999999999999999999999", "27431x", "9e11"})
    void aCapacityThatCannotBeIsNotKnown(String blocks) {
        for (Endpoint endpoint : endpoints) {
            Signals said = read(PAGE.replace("27431", blocks));
            assertThat(said.kvCache().capacityTokens()).isZero();
            endpoint.report(said);
        }
        assertSpread();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+Inf", "NaN", "-1", "3e9", "1e300"})
    void aPageWhoseQueueIsNoNumberSaysNothing(String number) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(PAGE.replace("} 2", "} " + number)));
        assertThat(rejected).hasSize(1);
        assertThat(read(PAGE).waiting()).isEqualTo(2);
    }

    @Test
    void theQueuesOfManyEnginesDoNotOverflow() {
        StringBuilder page = new StringBuilder(PAGE);
        for (int engine = 1; engine < 500; engine++) {
            page.append("vllm:num_requests_running{engine=\"%d\"} 9e6\n".formatted(engine))
                    .append("vllm:num_requests_waiting{engine=\"%d\"} 9e6\n".formatted(engine));
        }
        assertThat(read(page.toString()).requestsFromOthers()).isEqualTo(2 * Signals.MOST_REQUESTS);
    }

    @Test
    void aSeriesThatStandsTwiceCountsOnce() {
        assertThat(read(PAGE + PAGE)).isEqualTo(read(PAGE));
        assertThat(rejected).hasSize(6).containsOnly(Rejection.DUPLICATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "NaN", "+Inf", "1e40"})
    void aCounterThatCannotBeIsNoTotalAndNoRestart(String number) {
        read(PAGE);
        EngineTotals before = metrics.totals();
        read(PAGE.replace("} 1000", "} " + number));
        assertThat(metrics.totals().promptTokens()).isNaN();
        assertThat(metrics.totals().continues(before)).isTrue();
        read(PAGE.replace("} 1000", "} 1001"));
        assertThat(metrics.totals().continues(before)).isTrue();
        assertThat(rejected).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "NaN", "+Inf"})
    void aBucketThatCannotBeIsNoRestart(String number) {
        String buckets = PAGE + """
                vllm:time_to_first_token_seconds_bucket{le="0.1",model_name="m"} 5
                vllm:time_to_first_token_seconds_bucket{le="+Inf",model_name="m"} %s
                vllm:time_to_first_token_seconds_bucket{le="NaN",model_name="m"} 7
                vllm:time_to_first_token_seconds_sum{model_name="m"} 3
                """;
        read(buckets.formatted("7"));
        read(buckets.formatted(number));
        read(buckets.formatted("8"));
        assertThat(told).isEmpty();
        read(buckets.formatted("9"));
        assertThat(told).containsExactly("m 1");
    }

    @Test
    void textsThatAreTooLongAreNotKept() {
        String large = "x".repeat(4_096);
        String page = PAGE.replace("\"sql\"", "\"sql," + large + ",chat\"") + """
                vllm:time_to_first_token_seconds_bucket{le="+Inf",model_name="%s"} %%s
                """.formatted(large);
        assertThat(read(page.formatted("7")).adapters().running()).containsExactlyInAnyOrder("sql", "chat");
        read(page.formatted("8"));
        assertThat(told).containsExactly(" 1");
        assertThat(rejected).containsExactly(Rejection.TEXT_TOO_LONG);
    }

    @Test
    void manyAdaptersAreAListThatMayBeLong() {
        String many = "adapter-with-a-name,".repeat(100) + "sql";
        assertThat(read(PAGE.replace("\"sql\"", "\"" + many + "\"")).adapters().running())
                .containsExactlyInAnyOrder("adapter-with-a-name", "sql");
        assertThat(rejected).isEmpty();
        assertThat(read(PAGE.replace("max_lora=\"4\"", "max_lora=\"99999999999\""))
                        .adapters()
                        .slots())
                .isZero();
    }
}
