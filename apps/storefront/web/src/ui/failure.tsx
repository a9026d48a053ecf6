/** What went wrong, read aloud when it appears. */
export const Failure = ({ text }: { readonly text: string | undefined }) =>
  text === undefined ? null : (
    <p role="alert" className="failure">
      {text}
    </p>
  );
