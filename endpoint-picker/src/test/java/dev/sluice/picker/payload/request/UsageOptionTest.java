package dev.sluice.picker.payload.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.prompt.Api;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageOptionTest {
    private static String splice(List<ByteString> chunks, ScannedRequest scanned, @Nullable ModelName served) {
        return Scans.join(BodySplice.apply(chunks, scanned, served, true)).toStringUtf8();
    }

    private static void assertSpliced(String body, @Nullable ModelName served, String expected) {
        ByteString bytes = ByteString.copyFromUtf8(body);
        ScannedRequest scanned = Scans.parse(Api.CHAT_COMPLETIONS, body);
        assertThat(scanned.includeUsage()).isFalse();
        assertThat(scanned.usageField().option().canAsk()).isTrue();
        for (int at = 0; at <= bytes.size(); at++) {
            assertThat(splice(Scans.cut(bytes, at), scanned, served))
                    .as("cut at %d", at)
                    .isEqualTo(expected);
        }
        for (int seed = 0; seed < 50; seed++) {
            assertThat(splice(Scans.cut(bytes, new Random(seed)), scanned, served))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
        assertThat(Scans.parse(Api.CHAT_COMPLETIONS, expected).includeUsage()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"stream\":true} | {\"stream_options\":{\"include_usage\":true},\"stream\":true}",
                "{ \"stream\": true, \"x\": 1 } | {\"stream_options\":{\"include_usage\":true}, \"stream\": true, \"x\": 1 }",
                "{\"stream_options\": null ,\"n\":1} | {\"stream_options\": {\"include_usage\":true} ,\"n\":1}",
                "{\"stream_options\": { },\"n\":1} | {\"stream_options\": {\"include_usage\":true },\"n\":1}",
                "{\"n\":1,\"stream_options\":{}} | {\"n\":1,\"stream_options\":{\"include_usage\":true}}",
                "{\"stream_options\":{\"a\":{\"include_usage\":true}}} | {\"stream_options\":{\"include_usage\":true,\"a\":{\"include_usage\":true}}}",
                "{\"stream_options\":{\"include_usage\": false }} | {\"stream_options\":{\"include_usage\": true }}",
                "{\"stream_options\":{\"a\":[],\"include_usage\":null,\"b\":0}} | {\"stream_options\":{\"a\":[],\"include_usage\":true,\"b\":0}}",
            })
    void asksInEachForm(String body, String expected) {
        assertSpliced(body, null, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"model\":\"a\",\"stream\":true} | {\"stream_options\":{\"include_usage\":true},\"model\":\"base\",\"stream\":true}",
                "{\"model\":\"a\",\"stream_options\":{}} | {\"model\":\"base\",\"stream_options\":{\"include_usage\":true}}",
                "{\"stream_options\":{},\"model\":\"longer one\"} | {\"stream_options\":{\"include_usage\":true},\"model\":\"base\"}",
                "{\"stream_options\":{\"include_usage\":false}} | {\"model\":\"base\",\"stream_options\":{\"include_usage\":true}}",
                "{\"stream\":true} | {\"model\":\"base\",\"stream_options\":{\"include_usage\":true},\"stream\":true}",
                "{\"model\":null,\"n\":1} | {\"stream_options\":{\"include_usage\":true},\"model\":\"base\",\"n\":1}",
                "{\"stream_options\":{},\"model\":\"\"} | {\"stream_options\":{\"include_usage\":true},\"model\":\"base\"}",
            })
    void asksBesideAnotherNameOfTheModel(String body, String expected) {
        assertSpliced(body, new ModelName("base"), expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stream_options\":{\"include_usage\":true}}",
                "{\"stream_options\":[]}",
                "{\"stream_options\":\"x\"}",
                "{\"stream_options\":{\"include_usage\":1}}",
                "{\"stream_options\":{\"include_usage\":\"true\"}}",
                "{\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}}",
                "{\"stream_options\":{\"continuous_usage_stats\":true}}",
                "{\"stream_options\":{\"continuous_usage_stats\":true,\"include_usage\":false}}",
                "{\"stream_options\":{\"include_usage\":false,\"continuous_usage_stats\":true}}",
                "{\"stream_options\":{\"include_usage\":false,\"include_usage\":false}}",
                "{\"stream_options\":{\"include_usage\":true,\"include_usage\":false}}",
            })
    void leavesAloneWhatAsksOrIsBetterNotTouched(String body) {
        assertThat(Scans.parse(Api.CHAT_COMPLETIONS, body).usageField().option().canAsk())
                .isFalse();
    }

    @Test
    void oneBodyDoesNotShowInTheNext() {
        assertThat(Scans.parse(Api.CHAT_COMPLETIONS, "{\"stream_options\":{\"include_usage\":true}}")
                        .includeUsage())
                .isTrue();
        ScannedRequest next = Scans.parse(Api.CHAT_COMPLETIONS, "  {\"stream\":true}");
        assertThat(next.usageField().option()).isEqualTo(UsageOption.ABSENT);
        assertThat(next.usageField().at()).isEqualTo(3);
    }

    @Test
    void sharesTheChunksAroundWhatChanges() {
        ByteString first = ByteString.copyFromUtf8("{\"stream\":true,\"stream_options\":{");
        ByteString last = ByteString.copyFromUtf8("},\"messages\":[]}");
        ScannedRequest scanned =
                Scans.parse(Api.CHAT_COMPLETIONS, first.concat(last).toStringUtf8());
        List<ByteString> spliced = BodySplice.apply(List.of(first, last), scanned, null, true);
        assertThat(spliced).hasSize(3);
        assertThat(spliced.getFirst()).isSameAs(first);
        assertThat(spliced.getLast()).isSameAs(last);
    }
}
