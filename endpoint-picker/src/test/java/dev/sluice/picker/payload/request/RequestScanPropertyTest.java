package dev.sluice.picker.payload.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.prompt.Api;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random bodies against Jackson's tree as the oracle.
class RequestScanPropertyTest {
    private static final Api CHAT = Api.CHAT_COMPLETIONS;
    private static final int BODIES = 1500;
    private static final List<Api> APIS = List.of(Api.values());
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Test
    void readsWhatJacksonReadsHoweverTheBodyIsCut() throws JsonProcessingException {
        for (int seed = 0; seed < BODIES; seed++) {
            Random random = new Random(seed);
            String body = new RandomBodies(random).next();
            ByteString bytes = ByteString.copyFromUtf8(body);
            ScannedRequest whole = Scans.parse(CHAT, body);
            JsonNode tree = JACKSON.readTree(body);

            assertThat(whole.model())
                    .as("seed %d", seed)
                    .isEqualTo(new ModelName(tree.get("model").textValue()));
            assertThat(whole.output().isStreamed())
                    .isEqualTo(tree.path("stream").asBoolean(false));
            assertThat(whole.output().maxTokens())
                    .isEqualTo(tree.path("max_tokens").asLong(0));
            assertThat(whole.includeUsage())
                    .isEqualTo(tree.path("stream_options").path("include_usage").asBoolean(false));
            assertThat(whole.cacheSalt()).isEqualTo(tree.path("cache_salt").textValue());
            ByteSpan span = whole.modelField().span();
            assertThat(JACKSON.readTree(
                            bytes.substring((int) span.from(), (int) span.to()).toStringUtf8()))
                    .isEqualTo(tree.get("model"));

            assertThat(Scans.scan(CHAT, Scans.cut(bytes, random)))
                    .as("seed %d", seed)
                    .isEqualTo(new ScanResult.Parsed(whole));
        }
    }

    /// Scans that begin and end in any order, some left unfinished and some refused, share their working parts; each
    /// must come to what a scan with parts of its own does.
    @Test
    void keepsNothingOfTheBodiesBefore() {
        Random random = new Random(3);
        List<RequestScan> open = new ArrayList<>();
        List<List<ByteString>> chunks = new ArrayList<>();
        List<ScanResult> expected = new ArrayList<>();
        for (int step = 0; step < 20 * BODIES; step++) {
            if (open.isEmpty() || (open.size() < 40 && random.nextInt(8) == 0)) {
                Api api = APIS.get(random.nextInt(APIS.size()));
                ByteString body = ByteString.copyFromUtf8(new RandomBodies(random).next());
                body = random.nextInt(3) == 0 ? body.substring(0, random.nextInt(body.size())) : body;
                ScanLimits unpooled = new ScanLimits(512, 1024, 4096, 8193 + step);
                RequestScan own = new RequestScan(api, unpooled);
                own.accept(body);
                expected.add(own.finish());
                open.add(new RequestScan(api));
                chunks.add(new ArrayList<>(Scans.cut(body, random, 200)));
            }
            int i = random.nextInt(open.size());
            if (!chunks.get(i).isEmpty()) {
                open.get(i).accept(chunks.get(i).removeFirst());
            } else {
                if (random.nextInt(10) > 0) {
                    assertThat(open.get(i).finish()).as("step %d", step).isEqualTo(expected.get(i));
                }
                open.remove(i);
                chunks.remove(i);
                expected.remove(i);
            }
        }
    }

    @Test
    void hashesTheSamePromptAsTheTreeWrittenAnew() throws JsonProcessingException {
        for (int seed = 0; seed < BODIES; seed++) {
            String body = new RandomBodies(new Random(seed)).next();
            // Written without white space, with few escapes, and the content moved behind all else.
            ObjectNode tree = (ObjectNode) JACKSON.readTree(body);
            tree.set("messages", tree.remove("messages"));
            for (JsonNode message : tree.get("messages")) {
                ((ObjectNode) message).set("content", ((ObjectNode) message).remove("content"));
            }
            assertThat(Scans.parse(CHAT, tree.toString()).prompt())
                    .as("seed %d", seed)
                    .isEqualTo(Scans.parse(CHAT, body).prompt());
        }
    }

    @Test
    void judgesDamagedBodiesAsJacksonDoes() {
        ObjectMapper strict = JACKSON.copy()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        int refused = 0;
        for (int seed = 0; seed < BODIES; seed++) {
            Random random = new Random(seed);
            byte[] bytes = ByteString.copyFromUtf8("{\"x\":" + new RandomBodies(random).next() + "}")
                    .toByteArray();
            bytes[6 + random.nextInt(bytes.length - 6)] = (byte) random.nextInt(128);
            ScanResult result = Scans.scan(CHAT, List.of(ByteString.copyFrom(bytes)));
            boolean valid = result instanceof ScanResult.Parsed;
            refused += valid ? 0 : 1;
            if (valid) {
                assertThat(readable(JACKSON, bytes))
                        .as("seed %d: %s", seed, new String(bytes, UTF_8))
                        .isTrue();
            } else {
                // Only ASCII was put in, so what is no UTF-8 is a truncated character, which Jackson refuses too.
                assertThat(readable(strict, bytes))
                        .as("seed %d: %s", seed, result)
                        .isFalse();
            }
        }
        assertThat(refused).isBetween(BODIES / 4, BODIES * 9 / 10);
    }

    private static boolean readable(ObjectMapper jackson, byte[] bytes) {
        try {
            return !jackson.readTree(bytes).isMissingNode();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void splicesOnlyTheModelHoweverTheBodyIsCut() throws JsonProcessingException {
        ModelName name = new ModelName("te\"am\\/ü-😀\n");
        for (int seed = 0; seed < BODIES; seed++) {
            Random random = new Random(seed);
            String body = new RandomBodies(random).next();
            ByteString bytes = ByteString.copyFromUtf8(body);
            ByteSpan span = Scans.parse(CHAT, body).modelField().span();
            ByteString spliced = Scans.join(ModelSplice.replace(Scans.cut(bytes, random), span, name));

            ObjectNode expected = (ObjectNode) JACKSON.readTree(body);
            expected.put("model", name.value());
            assertThat(JACKSON.readTree(spliced.toStringUtf8()))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(spliced.substring(0, (int) span.from())).isEqualTo(bytes.substring(0, (int) span.from()));
            int rest = bytes.size() - (int) span.to();
            assertThat(spliced.substring(spliced.size() - rest)).isEqualTo(bytes.substring((int) span.to()));
            assertThat(spliced.size() - bytes.size()).isEqualTo((int) ModelSplice.growth(span, name));
        }
    }
}
