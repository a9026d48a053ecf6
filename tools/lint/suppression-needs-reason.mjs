const suppression = /^\W*(oxlint-disable|eslint-disable|oxfmt-ignore|prettier-ignore|@ts-expect-error)/;
const forbidden = /^\W*@ts-(ignore|nocheck)\b/;
const reason = /\s--\s+\S.{7,}/s;

/** What is switched off says why: `// oxlint-disable-next-line rule -- reason`, `// @ts-expect-error -- reason`. */
export const suppressionNeedsReason = {
  meta: {
    type: 'problem',
    messages: {
      reason: 'Say why: `{{what}} ... -- the reason`.',
      forbidden: 'Use `@ts-expect-error -- the reason`: it tells when it is no longer needed.',
    },
    schema: [],
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const what = suppression.exec(comment.value)?.[1];
          if (forbidden.test(comment.value)) context.report({ loc: comment.loc, messageId: 'forbidden' });
          else if (what !== undefined && !reason.test(comment.value)) {
            context.report({ loc: comment.loc, messageId: 'reason', data: { what } });
          }
        }
      },
    };
  },
};
