INSERT INTO runs (id, started_at, finished_at)
VALUES (1, '2026-03-01 18:00:00.000000', '2026-03-01 18:00:09.000000');

INSERT INTO recordings
  (id, sha256, name, duration_s, sample_rate, channels, layout, audio, peaks_per_second, peaks)
VALUES
  (1, 'abababababababababababababababababababababababababababababababab', 'C-1.wav', 78.5, 8000, 2, 'stereo', 'audio/ab.flac', 20, X'789c8b8e36d033d031d43388d501b28c4c750cf44c6363013ad00522');

INSERT INTO hearings
  (id, recording_id, fingerprint, language, role_confidence, speaker_confidence, turns, dropped, signals, models)
VALUES
  (1, 1, 'speech-1', 'zh', 0.9, 1.0,
   '[{"speaker":"customer","start_s":2.5,"end_s":4.0,"text":"我要退款","words":[[2.5,3.0,"我要",0.75],[3.0,4.0,"退款",0.5]]}]',
   '[{"start_s":70.0,"end_s":72.0,"text":"请订阅","reason":"outro"}]',
   '{"duration_s":78.5,"activity":{"customer":[{"start_s":2.5,"end_s":4.0}]},"silences":[{"start_s":4.0,"end_s":9.0}],"overlaps":[{"start_s":10.0,"end_s":10.5,"started_by":"agent"}],"response_gaps":[{"start_s":2.25,"end_s":2.5,"responder":"customer"}],"talk_share":{"agent":0.6,"customer":0.4},"speech_rate":{"agent":240.0},"overlap_confidence":1.0}',
   '{"recogniser":"whisper-base@1"}');

INSERT INTO calls
  (id, public_id, call_id, direction, ended_by, attributes, status, recording_name, sha256, duration_s, language,
   score, scored_at, failed, critical_failed, open, failed_count, critical_count, open_count,
   rubric_id, rubric_version, rubric_sha256)
VALUES
  (1, 'p1', 'C-1', 'inbound', 'unknown', '{}', 'scored', 'C-1.wav', 'abababababababababababababababababababababababababababababababab', 78.5, 'zh',
   87.5, '2026-03-01 18:00:08.000000', '[]', '[]', '[]', 0, 0, 0,
   'service-standard', '1.0.0', 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd');

INSERT INTO scorecards
  (id, call_id, recording_id, hearing_id, run_id, fingerprint, is_current, scored_at,
   rubric_id, rubric_version, rubric_sha256, score, critical_failed)
VALUES
  (1, 1, 1, 1, 1, 'score-1', 1, '2026-03-01 18:00:08.000000', 'service-standard', '1.0.0', 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 87.5, '[]');

INSERT INTO verdicts
  (id, scorecard_id, position, criterion, outcome, points, max_points, confidence, reason_code, reason_params)
VALUES
  (1, 1, 0, 'thanks', 'pass', 8.0, 8.0, 0.875, 'found.phrase', '{"speaker":"agent","at_s":0.5}');

INSERT INTO evidence (id, verdict_id, position, start_s, end_s, speaker, quote)
VALUES (1, 1, 0, 0.5, 2.25, 'agent', '感谢您的来电');
