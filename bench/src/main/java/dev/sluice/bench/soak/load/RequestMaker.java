package dev.sluice.bench.soak.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Makes requests of every kind, each with tenant, size and cancellation, in an order that the seed alone decides.
final class RequestMaker {
    static final String MODEL = SoakLoad.MODEL;

    private static final int TENANTS = 12;
    private static final int DOCUMENTS = 12;
    private static final int SMALL_BYTES = 900;
    private static final int LEAST_DOCUMENT = 60_000;
    private static final int MOST_DOCUMENT = 160_000;
    private static final int WORDS_PER_LINE = 13;
    private static final int MEGABYTE = 1_000_000;
    private static final int TOO_MANY_BYTES = 40 * MEGABYTE;
    private static final byte[] FILLER = HttpAnswer.ascii("attachment".repeat(6_400));

    private static final String[] BROKEN = {
        "{\"model\": \"" + MODEL + "\", \"messages\": [{\"role\": \"user\", \"content\": \"never ends",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"for no model\"}]}",
        "{\"model\": \"" + MODEL + "\", \"model\": \"other\", \"messages\": []}",
        "[1, 2, 3]",
        "{\"model\": 7, \"messages\": []}",
        "model=" + MODEL,
        "{\"model\": \"" + MODEL + "\", \"messages\": [\"\\u12\"]}",
        "[".repeat(5_000)
    };

    private final SplittableRandom random;
    private final List<byte[]> systemPrompts = new ArrayList<>();
    private final List<byte[]> documents = new ArrayList<>();
    private long made;

    RequestMaker(long seed) {
        random = new SplittableRandom(seed);
        for (int i = 0; i < TENANTS; i++) {
            systemPrompts.add(prose(SMALL_BYTES));
        }
        for (int i = 0; i < DOCUMENTS; i++) {
            documents.add(prose(random.nextInt(LEAST_DOCUMENT, MOST_DOCUMENT)));
        }
    }

    SoakRequest next(RequestKind kind) {
        made++;
        int tenant = random.nextInt(TENANTS);
        return switch (kind) {
            case SMALL -> chat(kind, tenant, systemPrompts.get(tenant), options(2, 6, false), cancelled(0.02, 40));
            case LONG -> {
                byte[] document = documents.get(random.nextInt(DOCUMENTS));
                Cancellation end = random.nextBoolean() ? cutBody(0.05) : cancelled(0.05, 80);
                yield chat(kind, tenant, document, options(2, 8, false), end);
            }
            case STREAM -> {
                Cancellation end = random.nextBoolean() ? cutAnswer(0.2) : cancelled(0.1, 1_000);
                yield chat(kind, tenant, systemPrompts.get(tenant), options(20, 200, true), end);
            }
            case BATCH -> {
                byte[] document = documents.get(random.nextInt(DOCUMENTS));
                yield chat(kind, tenant / 3, document, options(20, 300, random.nextBoolean()), cancelled(0.25, 6_000));
            }
            case URGENT -> {
                byte[] document = documents.get(random.nextInt(DOCUMENTS / 2));
                yield chat(kind, tenant, document, options(4, 30, true), cancelled(0.1, 2_000));
            }
            case LARGE -> large(kind, tenant, Duration.ZERO);
            case SLOW -> large(kind, tenant, Duration.ofMillis(random.nextInt(3_000, 12_000)));
            case TOO_LARGE -> padded(kind, tenant, TOO_MANY_BYTES, Duration.ZERO, new Cancellation.Never());
            case BROKEN -> {
                String body = BROKEN[random.nextInt(BROKEN.length)];
                yield request(kind, tenant, List.of(HttpAnswer.ascii(body)), false, new Cancellation.Never());
            }
            case UNKNOWN -> {
                String body =
                        "{\"model\": \"no-such-model-%d\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}"
                                .formatted(made);
                yield request(kind, tenant, List.of(HttpAnswer.ascii(body)), false, new Cancellation.Never());
            }
            case DROPPED -> dropped(kind, tenant);
        };
    }

    /// A prompt that engines can have cached, and a question of its own; batch work begins like no other.
    private SoakRequest chat(RequestKind kind, int tenant, byte[] prompt, Options options, Cancellation end) {
        boolean isNew = kind == RequestKind.BATCH || kind == RequestKind.URGENT;
        String opening =
                "{\"messages\":[{\"role\":\"system\",\"content\":\"" + (isNew ? "work " + made + " of all. " : "");
        String closing = "\"},{\"role\":\"user\",\"content\":\"question %d\"}],\"model\":\"%s\",%s}"
                .formatted(made, MODEL, options.members());
        List<byte[]> parts = List.of(HttpAnswer.ascii(opening), prompt, HttpAnswer.ascii(closing));
        return request(kind, tenant, parts, options.streamed(), end);
    }

    private SoakRequest large(RequestKind kind, int tenant, Duration sending) {
        int bytes = random.nextInt(5 * MEGABYTE, 20 * MEGABYTE);
        return padded(kind, tenant, bytes, sending, cutBody(0.25));
    }

    /// The long part is no prompt, as with files that clients attach.
    private SoakRequest padded(RequestKind kind, int tenant, int bytes, Duration sending, Cancellation end) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(HttpAnswer.ascii(
                "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"file %d\"}],\"metadata\":{\"file\":\""
                        .formatted(MODEL, made)));
        for (int length = 0; length < bytes; length += FILLER.length) {
            parts.add(FILLER);
        }
        parts.add(HttpAnswer.ascii("\"}," + options(1, 4, false).members() + "}"));
        SoakRequest request = request(kind, tenant, parts, false, end);
        return new SoakRequest(kind, request.head(), parts, sending, false, end);
    }

    private SoakRequest dropped(RequestKind kind, int tenant) {
        SoakRequest whole = chat(kind, tenant, systemPrompts.get(tenant), options(2, 6, false), cutBody(1));
        if (random.nextBoolean()) {
            return whole;
        }
        byte[] head = new byte[random.nextInt(1, whole.head().length)];
        System.arraycopy(whole.head(), 0, head, 0, head.length);
        Cancellation atOnce = new Cancellation.WhileSending(0);
        return new SoakRequest(kind, head, List.of(new byte[1]), Duration.ZERO, false, atOnce);
    }

    private SoakRequest request(
            RequestKind kind, int tenant, List<byte[]> parts, boolean streamed, Cancellation cancellation) {
        String objective = switch (kind) {
            case BATCH -> "x-llm-d-inference-objective: batch\r\n";
            case URGENT -> "x-llm-d-inference-objective: urgent\r\n";
            default -> "";
        };
        byte[] head = HttpAnswer.ascii("""
                POST /v1/chat/completions HTTP/1.1\r
                host: gateway.example\r
                content-type: application/json\r
                x-llm-d-inference-fairness-id: tenant-%d\r
                %scontent-length: %d\r
                \r
                """.formatted(
                tenant, objective, parts.stream().mapToLong(part -> part.length).sum()));
        return new SoakRequest(kind, head, parts, Duration.ZERO, streamed, cancellation);
    }

    private record Options(int tokens, boolean streamed) {
        String members() {
            return "\"max_tokens\":" + tokens + ",\"ignore_eos\":true" + (streamed ? ",\"stream\":true" : "");
        }
    }

    private Options options(int leastTokens, int mostTokens, boolean streamed) {
        return new Options(random.nextInt(leastTokens, mostTokens), streamed);
    }

    private Cancellation cancelled(double probability, int mostMillis) {
        return random.nextDouble() < probability
                ? new Cancellation.AfterMillis(random.nextInt(1, mostMillis))
                : new Cancellation.Never();
    }

    private Cancellation cutBody(double probability) {
        return random.nextDouble() < probability
                ? new Cancellation.WhileSending(random.nextDouble())
                : new Cancellation.Never();
    }

    private Cancellation cutAnswer(double probability) {
        return random.nextDouble() < probability
                ? new Cancellation.AfterBytes(random.nextInt(1, 10_000))
                : new Cancellation.Never();
    }

    /// Words in lines and quotation marks, as JSON writes them.
    private byte[] prose(int length) {
        StringBuilder text = new StringBuilder(length + 16);
        for (int words = 1; text.length() < length; words++) {
            for (int letters = 2 + random.nextInt(8); letters > 0; letters--) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            text.append(words % WORDS_PER_LINE == 0 ? "\\n" : " ");
        }
        return HttpAnswer.ascii(text.toString());
    }
}
