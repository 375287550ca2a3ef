namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>What has been found while a payload is read.</summary>
internal sealed class PayloadFindings
{
    private readonly List<PayloadProblem> problems = [];
    private readonly List<string> notChecked = [];

    public IReadOnlyList<PayloadProblem> Problems => problems;

    public IReadOnlyList<string> Unchecked => notChecked;

    public int? Format { get; set; }

    public List<PayloadImage> Images { get; } = [];

    public List<PayloadSignature> Signatures { get; } = [];

    public void Add(PayloadProblemKind kind, string message) => problems.Add(new(kind, message));

    public void NotChecked(string what) => notChecked.Add(what);
}
