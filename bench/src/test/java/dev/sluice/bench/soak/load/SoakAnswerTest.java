package dev.sluice.bench.soak.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoakAnswerTest {
    private static SoakAnswer.Excerpt excerpt(String body) {
        SoakAnswer.Excerpt excerpt = new SoakAnswer.Excerpt();
        byte[] bytes = HttpAnswer.ascii(body);
        excerpt.add(bytes, 0, bytes.length);
        return excerpt;
    }

    @Test
    void aStreamThatTellsOfItsPreemptionHasThatEnd() {
        String events = """
                data: {"choices":[{"delta":{"content":"a"}}]}

                data: {"error":{"message":"the request was ended for one of higher priority",\
                "type":"rate_limit_error","param":null,"code":"preempted","reason":"evicted-priority",\
                "retry_after_seconds":7}}

                """;
        assertThat(SoakAnswer.of(200, true, excerpt(events), true).ending()).isEqualTo("preempted in stream");
    }

    @Test
    void aStreamThatJustStopsHasNone() {
        assertThat(SoakAnswer.of(200, true, excerpt("data: {\"choices\":[]}\n\n"), true)
                        .ending())
                .isEqualTo("a stream without end");
    }

    @Test
    void anExcerptKeepsBeginningAndEnd() {
        SoakAnswer.Excerpt excerpt = excerpt("begin" + "x".repeat(5_000));
        byte[] end = HttpAnswer.ascii("end");
        excerpt.add(end, 0, end.length);
        assertThat(excerpt.beginning()).startsWith("begin").hasSize(1_024);
        assertThat(excerpt.end()).endsWith("xend").hasSize(1_024);
        assertThat(excerpt.length()).isEqualTo(5_008);
    }
}
