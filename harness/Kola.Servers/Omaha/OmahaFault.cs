using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Servers.Omaha;

/// <summary>What goes wrong with answers to some requests, as scenario files write it: a closed union. The keyword's value says with which requests. Faults that match the same request act together, in their order.</summary>
/// <remarks>The codes in the comments are those that update_engine reports.</remarks>
public abstract record OmahaFault
{
    private OmahaFault() { }

    [Description("Which requests: checks for an update (check), events that are reported alone (report), or all."), Example("check")]
    public OmahaCall Call { get; init; }

    /// <summary>With requests of this machine only; <see langword="null"/>: of all.</summary>
    [Unwritten]
    public string? Machine { get; init; }

    [Description("For how many requests, the first ones. Default: all."), Range(1, 1000)]
    public int? Times { get; init; }

    /// <summary>For the record: what is done.</summary>
    public abstract string Title { get; }

    /// <param name="asked"><see langword="null"/>: the request cannot be read.</param>
    internal bool Matches(OmahaCall? asked, IReadOnlyCollection<string> machines) =>
        (Call is OmahaCall.All || Call == asked) && (Machine is null || machines.Contains(Machine));

    /// <summary>How a request is answered that is answered like this without the fault.</summary>
    /// <param name="rules">What the faults know of requests before.</param>
    internal abstract OmahaReply Act(OmahaReply reply, OmahaFaults rules);

    /// <summary>What was asked is recorded.</summary>
    [Keyword("down", Value = nameof(Call)), Description("Connections are torn down without an answer.")]
    public sealed record Down : OmahaFault
    {
        public override string Title => "down";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply with { TornDown = true };
    }

    [Keyword("slow", Value = nameof(Call)), Description("The answer comes late.")]
    public sealed record Slow : OmahaFault
    {
        [Description("How late, in real time."), Example("20s")]
        public required TimeSpan By { get; init; }

        public override string Title => $"slow by {By.TotalSeconds:0.###} s";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply with { Late = reply.Late + By };
    }

    [Keyword("status", Value = nameof(Call)), Description("An HTTP status instead of an answer. update_engine reports 2000 + status.")]
    public sealed record Status : OmahaFault
    {
        [Description("The status."), Range(400, 599)]
        public int Code { get; init; } = 500;

        public override string Title => $"status {Code}";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply with { Status = reply.Status ?? Code };
    }

    [Keyword("empty", Value = nameof(Call)), Description("Status 200 and no content. update_engine reports 30.")]
    public sealed record Empty : OmahaFault
    {
        public override string Title => "empty";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply with { Text = _ => [] };
    }

    [Keyword("malformed", Value = nameof(Call)), Description("An answer that ends in the middle, so that it is not XML. update_engine reports 31.")]
    public sealed record Malformed : OmahaFault
    {
        public override string Title => "malformed";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply with { Text = text => reply.Text(text) is var sent ? sent[..(sent.Length / 2)] : [] };
    }

    [Keyword("unknown-status", Value = nameof(Call)), Description("A status of the update check that the protocol does not have. update_engine reports 34.")]
    public sealed record UnknownStatus : OmahaFault
    {
        [Description("The status.")]
        public string Word { get; init; } = "perhaps";

        public override string Title => $"unknown-status {Word}";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply.Then((decision, _) => decision with { UpdateStatus = Word, Offer = null });
    }

    [Keyword("noupdate", Value = nameof(Call)), Description("There is no update, whatever is offered.")]
    public sealed record NoUpdate : OmahaFault
    {
        public override string Title => "noupdate";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply.Then((_, _) => OmahaDecision.NoUpdate);
    }

    [Keyword("wrong-size", Value = nameof(Call)), Description("The payload's size in the answer is wrong. update_engine reports 11.")]
    public sealed record WrongSize : OmahaFault
    {
        [Description("Bytes more, or with a minus sign fewer."), Range(-1_000_000_000, 1_000_000_000)]
        public int By { get; init; } = 1;

        public override string Title => $"wrong-size by {By} bytes";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply.ThenPayload(payload => payload with { Size = Math.Max(1, payload.Size + By) });
    }

    [Keyword("wrong-hash", Value = nameof(Call)), Description("The payload's hash in the answer is wrong. update_engine reports 10.")]
    public sealed record WrongHash : OmahaFault
    {
        public override string Title => "wrong-hash";

        // A hash of other content: well formed, and always the same.
        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) =>
            reply.ThenPayload(payload => payload with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(payload.Sha256))) });
    }

    [Keyword("wrong-codebase", Value = nameof(Call)), Description("The answer says that the payload is where it is not. update_engine reports 9 where that is answered with an error.")]
    public sealed record WrongCodebase : OmahaFault
    {
        [Description("The URL that the payload's name is appended to."), Format(@"^https?://\S+$", "a URL")]
        public required string To { get; init; }

        public override string Title => $"wrong-codebase {To}";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) => reply.ThenOffer(offer => offer with { Codebase = To });
    }

    [Keyword("flip", Value = nameof(Call)), Description("Each machine's answers alternate between what is offered and another release, which comes second.")]
    public sealed record Flip : OmahaFault
    {
        [Description("The other release: a role, or an image with its release. A step 'serve' must serve it."), StandsFor(ReleaseWords.Image), Example("next")]
        [Format(ReleaseWords.ImagePattern, ReleaseWords.ImageForm)]
        public required string With { get; init; }

        public override string Title => $"flip to {With}";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) =>
            reply.Then((decision, check) => rules.Flips(check.Machine) ? OmahaRollout.Decide(rules.Other(With), check) : decision);
    }

    [Keyword("rollout", Value = nameof(Call)), Description("Only some machines are offered the update, the first ones that ask; the others are told that there is none.")]
    public sealed record Rollout : OmahaFault
    {
        [Description("How many machines."), Range(0, 1000)]
        public int Machines { get; init; } = 1;

        public override string Title => $"rollout to {Machines} machines";

        internal override OmahaReply Act(OmahaReply reply, OmahaFaults rules) =>
            reply.Then((decision, check) => decision.Offer is null || rules.IsAmongFirst(check.Machine, Machines) ? decision : OmahaDecision.NoUpdate);
    }
}
