package dev.sluice.picker.payload.request;

import static dev.sluice.picker.payload.request.Scans.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.prompt.Api;
import dev.sluice.picker.prompt.PromptPrefix;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptHashingTest {
    private static final String LONG = "The quick brown fox jumps over the lazy dog. ".repeat(40);

    private static PromptPrefix chat(String body) {
        return parse(Api.CHAT_COMPLETIONS, body).prompt();
    }

    private static PromptPrefix prompt(String value) {
        return parse(Api.COMPLETIONS, "{\"prompt\":" + value + "}").prompt();
    }

    private static int sharedBlocks(PromptPrefix a, PromptPrefix b) {
        int shared = 0;
        while (shared < Math.min(a.blocks(), b.blocks()) && a.key(shared, 1) == b.key(shared, 1)) {
            shared++;
        }
        return shared;
    }

    @Test
    void doesNotDependOnWhiteSpaceEscapesOrKeyOrder() {
        PromptPrefix plain = chat("{\"tools\":[{\"a\":1}],\"messages\":[{\"role\":\"user\",\"content\":\"" + LONG
                + "é/\"},{\"role\":\"assistant\",\"content\":null,\"name\":\"n\",\"tool_calls\":[{\"id\":\"x\"}]}]}");
        assertThat(chat("{ \"messages\" : [ {\"content\":\"" + LONG.replace("o", "\\u006f")
                        + "\\u00e9\\/\", \"role\":\"user\"}, {\"tool_calls\": [ {\"id\" : \"x\"} ],\"name\":\"n\",\"content\":null,"
                        + "\"role\":\"assistant\"} ], \"tools\" : [ { \"a\" : 1 } ] , \"x\":{\"messages\":[]}}"))
                .isEqualTo(plain);
        assertThat(plain.blocks()).isEqualTo((int) (plain.contentBytes() / 256));
    }

    @Test
    void countsUnescapedBytesAndFullBlocksOnly() {
        PromptPrefix prompt = prompt("\"" + "\\u0061".repeat(256 * 3 + 255) + "\"");
        assertThat(prompt.contentBytes()).isEqualTo(256 * 3 + 255);
        assertThat(prompt.blocks()).isEqualTo(3);
        assertThat(prompt.key(1, 7)).isNotEqualTo(prompt.key(1, 8)).isNotEqualTo(prompt.key(2, 7));
        assertThat(prompt("\"\"")).isEqualTo(PromptPrefix.EMPTY);
    }

    @Test
    void sharesExactlyTheBlocksBeforeTheFirstDifference() {
        PromptPrefix base = prompt("\"" + "a".repeat(2560) + "\"");
        for (int at = 0; at < 2560; at += 97) {
            String changed = "a".repeat(at) + "b" + "a".repeat(2559 - at);
            assertThat(sharedBlocks(base, prompt("\"" + changed + "\""))).isEqualTo(at / 256);
        }
    }

    @Test
    void makesEachTurnsChainAPrefixOfTheNextTurns() {
        Random random = new Random(7);
        StringBuilder messages = new StringBuilder("{\"role\":\"system\",\"content\":\"" + LONG + "\"}");
        PromptPrefix before = chat("{\"messages\":[" + messages + "]}");
        for (int turn = 0; turn < 30; turn++) {
            String content = LONG.substring(0, random.nextInt(LONG.length()));
            String role = turn % 2 == 0 ? "user" : "assistant";
            messages.append(
                    random.nextBoolean()
                            ? ",{\"role\":\"" + role + "\",\"content\":\"" + content + "\"}"
                            : ",{\"content\":[{\"text\":\"" + content + "\",\"type\":\"text\"}],\"role\":\"" + role
                                    + "\"}");
            PromptPrefix after = chat("{\"messages\":[" + messages + "]}");
            assertThat(sharedBlocks(before, after)).isEqualTo(before.blocks());
            assertThat(after.head()).isEqualTo(before.head());
            before = after;
        }
        assertThat(before.blocks()).isGreaterThan(20);
    }

    @Test
    void chainsThePromptOnAllOfToolsAndSystem() {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"" + LONG + "\"}]";
        PromptPrefix a = parse(Api.MESSAGES, "{\"system\":\"" + LONG + "a\"," + messages + "}")
                .prompt();
        PromptPrefix b = parse(Api.MESSAGES, "{" + messages + ",\"system\":\"" + LONG + "b\"}")
                .prompt();
        PromptPrefix again = parse(Api.MESSAGES, "{" + messages + ",\"system\":\"" + LONG + "a\"}")
                .prompt();
        assertThat(again).isEqualTo(a);
        assertThat(sharedBlocks(a, b)).isEqualTo((LONG.length() + 1) / 256);
        PromptPrefix shortA =
                parse(Api.MESSAGES, "{\"system\":\"a\"," + messages + "}").prompt();
        PromptPrefix shortB =
                parse(Api.MESSAGES, "{\"system\":\"b\"," + messages + "}").prompt();
        assertThat(sharedBlocks(shortA, shortB)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[\"ab\",\"c\"] | [\"a\",\"bc\"]",
                "[1,2] | [12]",
                "[1,2] | [2,1]",
                "[[1],[2]] | [[1,2]]",
                "\"a\" | \"a\\u0000\"",
                "\"a\" | \"b\"",
            })
    void tellsPromptsApart(String one, String other) {
        assertThat(prompt(one).head()).isNotEqualTo(prompt(other).head());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"role\":\"user\",\"content\":\"x\"} | {\"role\":\"tool\",\"content\":\"x\"}",
                "{\"role\":\"userx\"} | {\"role\":\"user\",\"content\":\"x\"}",
                "{\"content\":\"x\",\"name\":\"a\"} | {\"content\":\"x\",\"name\":\"b\"}",
                "{\"content\":[{\"image_url\":{\"url\":\"a\"}}]} | {\"content\":[{\"image_url\":{\"url\":\"b\"}}]}",
                "{\"content\":[{\"text\":\"a\"},{\"text\":\"b\"}]} | {\"content\":[{\"text\":\"ab\"}]}",
                "{\"tool_calls\":[{\"a\":\"1\"}]} | {\"tool_calls\":[{\"a\":1}]}",
                "{\"tool_calls\":[[1],2]} | {\"tool_calls\":[[1,2]]}",
            })
    void tellsMessagesApart(String one, String other) {
        assertThat(chat("{\"messages\":[" + one + "]}").head())
                .isNotEqualTo(chat("{\"messages\":[" + other + "]}").head());
    }

    @Test
    void readsOneTextPartAsItsTextAndLeavesCacheMarksOut() {
        PromptPrefix text = chat("{\"messages\":[{\"role\":\"user\",\"content\":\"" + LONG + "\"}]}");
        assertThat(chat("{\"messages\":[{\"content\":[{\"cache_control\":{\"type\":\"ephemeral\"},\"text\":\"" + LONG
                        + "\",\"type\":\"text\"}],\"role\":\"user\"}]}"))
                .isEqualTo(text);
    }

    @Test
    void countsMediaAsAFewBytesWhateverTheirLength() {
        String image = "{\"messages\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\"}}]}]}";
        assertThat(chat(image.formatted(LONG)).contentBytes())
                .isEqualTo(chat(image.formatted("short")).contentBytes())
                .isLessThan(64);
    }

    @Test
    void countsATokenIdAsFourBytes() {
        assertThat(prompt("[1, 20, 128000]").contentBytes()).isEqualTo(12);
        assertThat(prompt("[" + "7,".repeat(127) + "7]").blocks()).isEqualTo(2);
    }

    @Test
    void hashesInputOfEmbeddingsAndResponses() {
        assertThat(parse(Api.EMBEDDINGS, "{\"input\":[\"a\",\"b\"]}").prompt().contentBytes())
                .isEqualTo(3);
        PromptPrefix items = parse(
                        Api.RESPONSES,
                        "{\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"hi\"}]},"
                                + "{\"type\":\"function_call_output\",\"output\":\"42\"}],\"instructions\":\"be brief\"}")
                .prompt();
        assertThat(items.contentBytes()).isGreaterThan(16);
    }

    @Test
    void capsTheChainAndStillCountsAllBytes() {
        PromptPrefix prompt = prompt("\"" + "x".repeat(256 * 8200) + "\"");
        assertThat(prompt.blocks()).isEqualTo(8192);
        assertThat(prompt.contentBytes()).isEqualTo(256 * 8200);
    }

    @Test
    void spreadsHashesOfNearlyEqualBlocks() {
        Set<Long> keys = new HashSet<>();
        long ones = 0;
        int blocks = 20_000;
        for (int i = 0; i < blocks; i++) {
            String block = "%06d".formatted(i) + "-".repeat(250);
            long key = prompt("\"" + block + "\"").key(0, 42);
            keys.add(key >>> 24);
            ones += Long.bitCount(key);
        }
        assertThat(keys).hasSize(blocks);
        assertThat((double) ones / blocks).isBetween(31.8, 32.2);
    }
}
