package dev.sluice.picker.chaos;

import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.chaos.ChaosClient.Progress;
import dev.sluice.picker.chaos.ChaosClient.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Rounds of concurrent requests through one picker. Each call of [#get] is a round and says what was wrong with it.
///
/// It is loaded by [FaultyClasses], with the picker.
public final class ChaosRun implements Supplier<List<String>>, AutoCloseable {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration STEP = Duration.ofMillis(5);
    /// Longer than a queue looks again after a fault, and shorter than any request waits for capacity.
    private static final Duration MOST = Duration.ofSeconds(10);

    private static final String CHAT = "/v1/chat/completions";
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");
    private static final List<String> EVENTS = List.of(
            "data: {\"model\":\"llama-3.1-8b\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n",
            "data: {\"model\":\"llama-3.1-8b\",\"choices\":[{\"delta\":{\"content\":\" there\"}}]}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":120,\"completion_tokens\":20,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":20}}}\n\ndata: [DONE]\n\n");
    private static final List<String> WHOLE = List.of("{\"model\":\"llama-3.1-8b\",\"choices\":[{\"message\":"
            + "{\"content\":\"hi\"}}],\"usage\":{\"prompt_tokens\":120,\"completion_tokens\":20}}");

    private static final Script STREAM =
            new Script("ml/own", "ml/other", CHAT, JSON, chat("chat", true, "Say hello. ".repeat(60)), EVENTS);
    private static final Script UNARY =
            new Script("ml/own", "ml/other", CHAT, JSON, chat("chat", false, "Say good-bye. ".repeat(60)), WHOLE);
    private static final Script PLAIN =
            new Script("ml/own", "", CHAT, JSON, chat("plain", true, "Count to ten. ".repeat(60)), EVENTS);
    private static final Script UPLOAD = new Script(
            "ml/own",
            "",
            "/v1/audio/transcriptions",
            Map.of("content-type", "multipart/form-data"),
            List.of("a".repeat(500), "b".repeat(500), "c"),
            WHOLE);
    private static final Script BATCH = new Script(
            "ml/small",
            "",
            CHAT,
            Map.of("content-type", "application/json", "x-llm-d-inference-objective", "batch"),
            chat("plain", true, "many words ".repeat(8_000)),
            EVENTS);
    private static final Script INTERACTIVE = new Script(
            "ml/small",
            "",
            CHAT,
            Map.of("content-type", "application/json", "x-llm-d-inference-objective", "interactive"),
            chat("plain", true, "quick"),
            EVENTS);
    private static final Script MODELS = new Script("ml/own", "", "/v1/models", Map.of(), List.of(), WHOLE);
    private static final Script MALFORMED = new Script("ml/own", "", CHAT, JSON, List.of("{\"model\":", "]"), WHOLE);
    private static final Script UNKNOWN = new Script("ml/own", "", CHAT, JSON, chat("nobody", false, "x"), WHOLE);

    private @Nullable ChaosStack stack;

    private static List<String> chat(String model, boolean stream, String prompt) {
        return List.of(
                "{\"model\":\"" + model + "\",\"stream\":" + stream + ",\"max_tokens\":50,\"messages\":[{\"role\":",
                "\"user\",\"content\":\"" + prompt + "\"}]}");
    }

    @Override
    public List<String> get() {
        try {
            ChaosStack running = stack == null ? new ChaosStack() : stack;
            stack = running;
            Round round = new Round(running);
            List<String> wrong = round.run();
            if (!wrong.isEmpty()) {
                close();
            }
            return wrong;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        ChaosStack old = stack;
        stack = null;
        if (old != null) {
            try {
                old.close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// One round.
    private static final class Round {
        private final ChaosStack picker;
        private final List<ChaosClient> clients = new ArrayList<>();
        private final List<String> wrong = new ArrayList<>();

        Round(ChaosStack picker) {
            this.picker = picker;
        }

        private ChaosClient begin(Script script) {
            ChaosClient client = new ChaosClient(picker.channel(), script);
            clients.add(client);
            return client;
        }

        List<String> run() {
            double endsBefore = picker.ends();
            long toldBefore = FaultPoint.count("dev.sluice.picker.telemetry.Meters.ended");
            Permits permitsBefore = Permits.now();
            ChaosClient stream = begin(STREAM).send();
            ChaosClient unary = begin(UNARY).send();
            ChaosClient upload = begin(UPLOAD).send();
            ChaosClient batch = begin(BATCH).send();
            ChaosClient broken = begin(PLAIN).send();
            ChaosClient reading = begin(PLAIN).send(1);
            ChaosClient slow = begin(PLAIN).send(1);
            begin(MODELS).send();
            begin(MALFORMED).send();
            begin(UNKNOWN).send();
            settle("the first requests are placed or ended");

            picker.fill(ChaosStack.OWN);
            picker.fill(ChaosStack.OTHER);
            ChaosClient movable = begin(STREAM).send();
            settle("a request waits that another pool could serve");
            picker.free(ChaosStack.OTHER);
            await("it moves", () -> {
                // A look at other pools that fails is made up for by their next signals.
                picker.signalled(ChaosStack.OTHER);
                return movable.progress() != Progress.ASKED;
            });

            ChaosClient queued = begin(PLAIN).send();
            ChaosClient held = begin(UPLOAD).send(1);
            ChaosClient gone = begin(PLAIN).send();
            picker.small(true);
            ChaosClient interactive = begin(INTERACTIVE).send();
            settle("the others wait or have ended");
            await("another has given way", () -> interactive.progress() != Progress.ASKED);
            picker.small(false);
            reading.cancel();
            gone.cancel();
            held.sendBody(1, 3);

            stream.respond();
            unary.respond();
            upload.respond();
            batch.respond();
            broken.respond(1);
            picker.free(ChaosStack.OWN);
            picker.signalled(ChaosStack.OWN);
            broken.cancel();
            await("nobody waits", () -> clients.stream().noneMatch(each -> each.progress() == Progress.ASKED));
            List.of(queued, movable, held, interactive).forEach(ChaosClient::respond);
            await(
                    "all but the slow one end",
                    () -> clients.stream().allMatch(each -> each == slow || each.progress() == Progress.ENDED));
            pass(Duration.ofSeconds(31));
            await("the slow one ends", () -> slow.progress() == Progress.ENDED);
            pass(Duration.ofMinutes(2));

            await("nothing is held", () -> picker.left() == null);
            String left = picker.left();
            if (left != null) {
                wrong.add("is left: " + left);
            }
            await("each is counted", () -> told() - toldBefore >= clients.size());
            if (told() - toldBefore != clients.size()) {
                wrong.add("ends told: " + (told() - toldBefore) + " of " + clients.size());
            }
            double counted = picker.ends() - endsBefore;
            if (counted < clients.size() - 1 || counted > clients.size()) {
                wrong.add("ends counted: " + counted + " of " + clients.size());
            }
            Permits permits = Permits.now().since(permitsBefore);
            if (permits.issued() != permits.given()) {
                wrong.add("permits: " + permits);
            }
            picker.unnamedOutcomes().forEach(each -> wrong.add("no outcome: " + each));
            clients.stream()
                    .filter(each -> each.end().contains("queue_timeout"))
                    .forEach(each -> wrong.add("was forgotten in the queue: " + each));
            for (Throwable each = picker.escaped.poll(); each != null; each = picker.escaped.poll()) {
                wrong.add("nobody caught " + each + " at " + each.getStackTrace()[0]);
            }
            if (!wrong.isEmpty()) {
                clients.forEach(each -> wrong.add("  " + each));
            }
            return wrong;
        }

        private static long told() {
            return FaultPoint.count("dev.sluice.picker.telemetry.Meters.ended");
        }

        private void settle(String what) {
            await(what, () -> {
                long asked = clients.stream()
                        .filter(each -> each.progress() == Progress.ASKED)
                        .count();
                return asked == picker.waiting();
            });
        }

        /// Waits, and lets time pass where waiting alone is not enough.
        private void await(String what, BooleanSupplier done) {
            long began = System.nanoTime();
            Duration passed = Duration.ZERO;
            for (int tries = 0; !done.getAsBoolean(); tries++) {
                if (System.nanoTime() - began > PATIENCE_NANOS) {
                    wrong.add("does not come: " + what);
                    return;
                }
                if (tries > 20 && passed.compareTo(MOST) < 0) {
                    pass(STEP);
                    passed = passed.plus(STEP);
                }
                LockSupport.parkNanos(100_000);
            }
        }

        private void pass(Duration time) {
            picker.times.time().pass(time);
        }
    }

    /// Permits that were issued, and that were given back.
    private record Permits(long issued, long given) {
        private static final String PERMIT = "dev.sluice.picker.admission.AdmissionPermit.";

        static Permits now() {
            // The one that is not counted is made with the class.
            Objects.requireNonNull(AdmissionPermit.UNCOUNTED);
            return new Permits(
                    FaultPoint.count(PERMIT + "<init>"),
                    FaultPoint.count(PERMIT + "returned") + FaultPoint.count(PERMIT + "ended"));
        }

        Permits since(Permits before) {
            return new Permits(issued - before.issued, given - before.given);
        }
    }
}
