package dev.sluice.picker.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.RateLearner;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.ComparedPrices;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.Reroute;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.GpuSignals;
import dev.sluice.picker.pool.signal.Signals;
import java.time.Instant;
import java.util.Comparator;
import java.util.TreeMap;

/// The admin API's documents.
final class Json {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    static String decision(Decision decision) {
        ObjectNode root = NODES.objectNode();
        root.put("requestId", decision.requestId());
        root.put("time", Instant.ofEpochMilli(decision.epochMillis()).toString());
        root.put("pool", decision.pool().toString());
        Reroute reroute = decision.reroute();
        if (reroute != null) {
            ObjectNode moved = root.putObject("moved");
            moved.put("from", reroute.from().toString());
            moved.put("reason", reroute.reason().label());
        }
        if (decision.session() != null) {
            root.put("session", decision.session().label());
        }
        root.put("model", decision.model());
        root.put("policy", decision.policy().name());
        root.put("unit", decision.policy().unit());
        root.put("promptTokens", decision.promptTokens());
        root.put("cachedTokens", decision.cachedTokens());
        root.put("chosen", decision.chosen().address());
        ArrayNode candidates = root.putArray("candidates");
        for (Candidate candidate : decision.candidates()) {
            ObjectNode node = candidates.addObject();
            node.put("endpoint", candidate.endpoint().address());
            node.put("pod", candidate.endpoint().pod());
            node.put("total", candidate.total());
            ObjectNode parts = node.putObject("parts");
            for (int i = 0; i < candidate.partCount(); i++) {
                parts.put(decision.policy().parts().get(i), candidate.part(i));
            }
        }
        ComparedPrices prices = decision.prices();
        if (prices.others() > 0) {
            ObjectNode others = root.putObject("others");
            others.put("count", prices.others());
            others.put("minimum", prices.othersMinimum());
            others.put("median", prices.othersMedian());
        }
        return root.toPrettyString() + "\n";
    }

    static String rates(RateBook rates) {
        ArrayNode root = NODES.arrayNode();
        rates.learners().stream()
                .sorted(Comparator.comparing(each -> each.hardware().toString()))
                .forEach(each -> root.add(learned(each)));
        return root.toPrettyString() + "\n";
    }

    private static ObjectNode learned(RateLearner learner) {
        ObjectNode node = NODES.objectNode();
        node.put("accelerator", learner.hardware().accelerator());
        node.put("accelerators", learner.hardware().accelerators());
        node.put("model", learner.hardware().model());
        node.set("published", numbers(learner.prior()));
        node.set("learned", numbers(learner.rates()));
        ObjectNode observations = node.putObject("observations");
        observations.put("learned", learner.learned());
        observations.put("outliers", learner.rejected());
        observations.put("dropped", learner.dropped());
        node.put("shifts", learner.shifts());
        ObjectNode errors = node.putObject("recentMedianError");
        errors.put("firstToken", learner.firstTokenError());
        errors.put("step", learner.stepError());
        return node;
    }

    private static ObjectNode numbers(Rates rates) {
        ObjectNode node = NODES.objectNode();
        node.put("slowdown", rates.contention().slowdown());
        node.put("stall", rates.contention().stall());
        node.put("p0", rates.prefill().p0());
        node.put("p1", rates.prefill().p1());
        node.put("p2", rates.prefill().p2());
        node.put("d0", rates.step().d0());
        node.put("d1", rates.step().d1());
        node.put("d2", rates.step().d2());
        return node;
    }

    static String pools(Pools pools) {
        ObjectNode root = NODES.objectNode();
        pools.all().values().stream()
                .sorted(Comparator.comparing(pool -> pool.id().toString()))
                .forEach(pool -> root.set(pool.id().toString(), pool(pool)));
        return root.toPrettyString() + "\n";
    }

    private static ObjectNode pool(PoolSnapshot pool) {
        ObjectNode node = NODES.objectNode();
        node.put("policy", pool.settings().policy().kind().name());
        ArrayNode endpoints = node.putArray("endpoints");
        pool.endpoints().forEach(endpoint -> endpoints.add(endpoint(endpoint)));
        return node;
    }

    private static ObjectNode endpoint(Endpoint endpoint) {
        ObjectNode node = NODES.objectNode();
        node.put("address", endpoint.address());
        node.put("pod", endpoint.id().pod());
        node.put("accelerator", endpoint.hardware().accelerator());
        node.put("accelerators", endpoint.hardware().accelerators());
        if (endpoint.server().engine() != Engine.DETECTED) {
            node.put("engine", endpoint.server().engine().label());
        }
        node.put("inFlight", endpoint.inFlight().requests());
        node.put("inFlightTokens", endpoint.inFlight().contextTokens());
        ObjectNode states = NODES.objectNode();
        new TreeMap<>(endpoint.adapters()).forEach((adapter, state) -> states.put(adapter, state.name()));
        if (!states.isEmpty()) {
            node.set("adapters", states);
        }
        GpuSignals gpus = endpoint.gpus();
        if (!gpus.equals(GpuSignals.NOTHING_KNOWN)) {
            ObjectNode shown = node.putObject("gpus");
            if (!Double.isNaN(gpus.utilization())) {
                shown.put("utilization", gpus.utilization());
            }
            if (!Double.isNaN(gpus.memoryUsage())) {
                shown.put("memoryUsage", gpus.memoryUsage());
            }
            shown.put("clock", gpus.clock());
            shown.put("fatalXid", gpus.fatalXid());
        }
        Signals signals = endpoint.signals();
        if (signals != null) {
            ObjectNode said = node.putObject("signals");
            said.put("waiting", signals.waiting());
            said.put("running", signals.running());
            said.put("kvUsage", signals.kvCache().usage());
            said.put("kvCapacityTokens", signals.kvCache().capacityTokens());
            ArrayNode adapters = said.putArray("runningAdapters");
            signals.adapters().running().stream().sorted().forEach(adapters::add);
        }
        return node;
    }
}
