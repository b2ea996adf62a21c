"""Adapters to speech models. ORM tables live in ``qa.store``, weights in packages or ``QA_MODEL_DIR``.

Importing anything here is cheap; torch, CTranslate2 and pyannote load when a model does. Nothing in this
package goes online except ``models.fetch``, which runs only when a person asks for it.
"""
