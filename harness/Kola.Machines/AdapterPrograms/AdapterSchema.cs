using Kola.Yaml;
using Kola.Yaml.Files;

namespace Kola.Machines.AdapterPrograms;

/// <summary>The JSON schema of what is said between Kola and an adapter program.</summary>
public static class AdapterSchema
{
    /// <summary>Name of the checked-in schema, beside the example.</summary>
    public const string FileName = "adapter-program.schema.json";

    /// <summary>The type of the answer to each question.</summary>
    public static IReadOnlyDictionary<AdapterQuestionKind, Type> Answers { get; } = new Dictionary<AdapterQuestionKind, Type>
    {
        [AdapterQuestionKind.Describe] = typeof(AdapterFacts),
        [AdapterQuestionKind.Release] = typeof(ReleaseAnswer),
        [AdapterQuestionKind.Assessment] = typeof(AssessmentAnswer),
        [AdapterQuestionKind.Installed] = typeof(IReadOnlyList<InstalledAnswer>),
        [AdapterQuestionKind.Tries] = typeof(IReadOnlyDictionary<string, TriesAnswer>),
        [AdapterQuestionKind.Point] = typeof(DoneAnswer),
        [AdapterQuestionKind.Update] = typeof(UpdateAnswer),
        [AdapterQuestionKind.RollBack] = typeof(DoneAnswer),
    };

    /// <summary>Name of the definition of a question's reply.</summary>
    public static string ReplyTo(AdapterQuestionKind question) => $"reply-to-{question.Word()}";

    /// <summary>The schema as the text of <see cref="FileName"/>: a question, or the reply to one.</summary>
    public static string Text() => YamlSchema.Text(
        [("question", typeof(AdapterQuestion)), .. Answers.Select(answer => (ReplyTo(answer.Key), typeof(AdapterReply<>).MakeGenericType(answer.Value)))],
        "Kola adapter program", "kola schema adapter");
}
