using Microsoft.AspNetCore.Http;

namespace Kola.Servers;

/// <summary>A server that can answer at another one's port, so that a client finds both at one address.</summary>
public interface IAnswersBeside
{
    /// <summary>Whether requests for a path are its own.</summary>
    internal bool Answers(PathString path);

    /// <summary>Answers one of them, and records it.</summary>
    internal Task AnswerAsync(HttpContext http);
}
