package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.signals.exposition.MetricsPage;
import dev.sluice.picker.signals.validation.LabelTexts;
import dev.sluice.picker.signals.validation.Quantity;
import dev.sluice.picker.signals.validation.Rejection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Reads the metrics pages of one server whose engine is known.
final class DialectMetrics implements EngineMetrics {
    private final Engine engine;
    private final Dialect dialect;
    private final MetricsPage<Series> page;
    private final HistogramDelta firstTokens;
    private final Rejection.RejectionListener rejections;

    private int targetIndex;
    private String model = "";
    private long waiting;
    private long running;
    private int ranks;
    private double kvUsage;
    private double kvCapacity;
    /// Sums over all ranks that were printed: equal ones are one sum, printed by each rank.
    private final Set<Double> kvCapacities = new HashSet<>();
    private double kvBlocks;
    private double kvBlockTokens;
    private Adapters adapters = Adapters.NONE;
    private double adaptersAt;
    private double requests;
    private final Map<Series.CounterSeries, Double> counted = new EnumMap<>(Series.CounterSeries.class);
    private EngineTotals totals = EngineTotals.NONE;
    private final BucketCounts stepTokens = new BucketCounts();

    DialectMetrics(Engine engine, FirstTokens firstTokens) {
        this.engine = engine;
        this.dialect = Dialect.of(engine);
        this.rejections = firstTokens::rejected;
        this.page = new MetricsPage<>(dialect.names(), this::meaning, new MetricsPage.Samples<Series>() {
            @Override
            public void sample(Series series, double value) {
                DialectMetrics.this.sample(series, value);
            }

            @Override
            public void rejected(Series series, Rejection why) {
                rejections.rejected(why);
                if (why != Rejection.DUPLICATE) {
                    missing(series);
                }
            }
        });
        this.firstTokens = new HistogramDelta(new HistogramDelta.Observations() {
            @Override
            public void observed(long count, long nanos) {
                firstTokens.generated(model, count, nanos);
            }

            @Override
            public void restarted() {
                firstTokens.restarted();
            }
        });
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public ScrapeTarget target() {
        return dialect.targets().get(targetIndex);
    }

    /// A server that does not answer may be restarting: its page will be at the same port again.
    @Override
    public void failed(boolean answered) {
        if (answered || target().port() != ScrapeTarget.OWN_PORT) {
            targetIndex = (targetIndex + 1) % dialect.targets().size();
        }
    }

    @Override
    public void begin() {
        page.begin();
        firstTokens.begin();
        waiting = -1;
        running = -1;
        ranks = 0;
        kvUsage = 0;
        kvCapacity = 0;
        kvCapacities.clear();
        kvBlocks = 0;
        kvBlockTokens = 0;
        adapters = Adapters.NONE;
        adaptersAt = Double.NEGATIVE_INFINITY;
        requests = -1;
        counted.clear();
        stepTokens.clear();
    }

    @Override
    public void piece(byte[] bytes, int from, int to) {
        page.piece(bytes, from, to);
    }

    @Override
    public Signals end(int ownInFlight, long atNanos) {
        page.end();
        if (!isComplete()) {
            throw new IllegalArgumentException("the page lacks some of " + dialect.names());
        }
        firstTokens.end();
        totals = counted();
        return new Signals(
                requests(waiting), requests(running), new KvCache(kvUsage, capacity()), adapters, ownInFlight, atNanos);
    }

    private static int requests(long added) {
        return Math.clamp(added, 0, Signals.MOST_REQUESTS);
    }

    private long capacity() {
        double tokens = Quantity.TOKENS.sound(Math.max(kvCapacity, kvBlocks * kvBlockTokens), rejections);
        return Double.isNaN(tokens) ? 0 : (long) tokens;
    }

    @Override
    public EngineTotals totals() {
        return totals;
    }

    @Override
    public double largestStepTokens() {
        return stepTokens.largest();
    }

    @Override
    public int ranks() {
        return Math.max(1, ranks);
    }

    @Override
    public String modelName() {
        return model;
    }

    /// A total with a rejected sample is NaN, which means unknown.
    private EngineTotals counted() {
        boolean oldNames = !counted.containsKey(Series.CounterSeries.STEPS);
        return new EngineTotals(
                counted(Series.CounterSeries.PROMPTS),
                counted(Series.CounterSeries.PROMPT_TOKENS),
                counted(Series.CounterSeries.GENERATED_TOKENS),
                counted(oldNames ? Series.CounterSeries.OLD_STEP_SECONDS : Series.CounterSeries.STEP_SECONDS),
                counted(oldNames ? Series.CounterSeries.OLD_STEPS : Series.CounterSeries.STEPS),
                engine == Engine.SGLANG ? EngineTotals.Counting.AT_END : EngineTotals.Counting.AT_FIRST_TOKEN);
    }

    private double counted(Series.CounterSeries what) {
        return counted.getOrDefault(what, Double.NaN);
    }

    /// The page has a family that no other engine prints.
    boolean isTelling() {
        return waiting >= 0 || running >= 0 || requests >= 0;
    }

    private boolean isComplete() {
        return switch (dialect.needs()) {
            case QUEUE_AND_BATCH -> waiting >= 0 && running >= 0;
            case QUEUE -> waiting >= 0;
            case NOTHING_BEFORE_THE_FIRST_REQUEST -> requests <= 0 || (waiting >= 0 && running >= 0);
        };
    }

    private Series meaning(String family, Map<String, String> labels) {
        return dialect.meaning(family, LabelTexts.bounded(labels, EngineLabels.LISTS, rejections));
    }

    /// Adds a sample, or records that it is missing where its value is rejected.
    private void sample(Series series, double value) {
        double read = series instanceof Series.KvCapacity(double tokens, boolean _) ? tokens : value;
        double sound = quantity(series).sound(read, rejections);
        if (Double.isNaN(sound)) {
            missing(series);
        } else {
            add(series, sound);
        }
    }

    private static Quantity quantity(Series series) {
        return switch (series) {
            case Series.WaitingSeries _, Series.Running _ -> Quantity.REQUESTS;
            case Series.KvUsage _ -> Quantity.SHARE;
            case Series.KvCapacity _, Series.KvBlocks _, Series.KvBlockTokens _ -> Quantity.TOKENS;
            case Series.Lora _,
                    Series.FirstTokenBucket _,
                    Series.FirstTokenSum _,
                    Series.StepTokensBucket _,
                    Series.Requests _,
                    Series.Total _,
                    Series.IgnoredSeries _ -> Quantity.TOTAL;
        };
    }

    /// A counter whose sample is missing becomes NaN, so that it does not look as if it had been reset.
    private void missing(Series series) {
        switch (series) {
            case Series.FirstTokenBucket(double bound, String _) -> firstTokens.bucket(bound, Double.NaN);
            case Series.FirstTokenSum _ -> firstTokens.sum(Double.NaN);
            case Series.StepTokensBucket(double bound) -> stepTokens.add(bound, Double.NaN);
            case Series.Total(Series.CounterSeries what) -> counted.merge(what, Double.NaN, Double::sum);
            case Series.WaitingSeries _,
                    Series.Running _,
                    Series.KvUsage _,
                    Series.KvCapacity _,
                    Series.KvBlocks _,
                    Series.KvBlockTokens _,
                    Series.Lora _,
                    Series.Requests _,
                    Series.IgnoredSeries _ -> {}
        }
    }

    /// Adds samples up: a server with several engines (data parallel) or models prints one sample for each.
    /// Example: queues of 3 and 4 requests come to 7.
    private void add(Series series, double value) {
        switch (series) {
            case Series.WaitingSeries _ -> waiting = Math.max(0, waiting) + (long) value;
            case Series.Running _ -> {
                running = Math.max(0, running) + (long) value;
                ranks++;
            }
            case Series.KvUsage _ -> kvUsage = Math.max(kvUsage, value);
            case Series.KvCapacity(double _, boolean ofAllRanks) ->
                kvCapacity += ofAllRanks && !kvCapacities.add(value) ? 0 : value;
            case Series.KvBlocks _ -> kvBlocks += value;
            case Series.KvBlockTokens _ -> kvBlockTokens = Math.max(kvBlockTokens, value);
            case Series.Lora(Adapters named) -> adapters(named, value);
            case Series.FirstTokenBucket(double bound, String named) -> {
                model = named;
                firstTokens.bucket(bound, value);
            }
            case Series.FirstTokenSum _ -> firstTokens.sum(value);
            case Series.StepTokensBucket(double bound) -> stepTokens.add(bound, value);
            case Series.Requests _ -> requests = Math.max(0, requests) + value;
            case Series.Total(Series.CounterSeries what) -> counted.merge(what, value, Double::sum);
            case Series.IgnoredSeries _ -> {}
        }
    }

    /// Keeps the series with the latest timestamp.
    private void adapters(Adapters named, double value) {
        if (value >= adaptersAt) {
            adaptersAt = value;
            adapters = named;
        }
    }
}
